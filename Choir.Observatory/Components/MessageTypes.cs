namespace Choir.Observatory.Components;

/// <summary>Names of message types as people read them.</summary>
internal static class MessageTypes
{
    /// <summary>What the inspection and the metrics call all message types that their receiver has no handler for.</summary>
    public const string Unknown = "_unknown_";

    /// <summary>What the pages call it.</summary>
    public const string UnknownName = "unknown type";

    /// <summary>What that means.</summary>
    public const string UnknownMeaning =
        "Messages of types that the receiver has no handler for are refused. In the API and in metrics the type of all of them is _unknown_.";

    /// <summary>A name in a sentence or a label.</summary>
    public static string Name(string type) => type == Unknown ? UnknownName : type;
}

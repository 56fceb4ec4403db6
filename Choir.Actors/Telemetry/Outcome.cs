namespace Choir.Actors.Telemetry;

/// <summary>What became of a message. The closed list of the attribute <c>outcome</c>.</summary>
internal enum Outcome
{
    /// <summary>It was handled.</summary>
    Ok,

    /// <summary>Its handler threw, or answered <c>ERROR</c>.</summary>
    Error,

    /// <summary>It was refused before a handler saw it.</summary>
    Rejected,

    /// <summary>Its time was over: in line, in the handler, or at the sender.</summary>
    Timeout,

    /// <summary>The sender cannot know.</summary>
    Unknown,
}

/// <summary>The outcomes' names.</summary>
internal static class Outcomes
{
    /// <summary>How many there are.</summary>
    public const int Count = 5;

    private static readonly string[] Names = ["ok", "error", "rejected", "timeout", "unknown"];

    /// <summary>The value of the attribute.</summary>
    public static string Name(this Outcome outcome) => Names[(int)outcome];
}

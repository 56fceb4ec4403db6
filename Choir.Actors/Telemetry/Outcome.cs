namespace Choir.Actors.Telemetry;

/// <summary>The outcome of a message: the values of the attribute <c>outcome</c>.</summary>
internal enum Outcome
{
    Ok,

    /// <summary>Its handler threw, or replied with <c>ERROR</c>.</summary>
    Error,

    /// <summary>It was refused before a handler got it.</summary>
    Rejected,

    /// <summary>Its deadline passed: in the queue, in the handler, or at the sender.</summary>
    Timeout,

    /// <summary>The sender does not know whether it was handled.</summary>
    Unknown,
}

internal static class Outcomes
{
    public const int Count = 5;

    private static readonly string[] Names = ["ok", "error", "rejected", "timeout", "unknown"];

    public static string Name(this Outcome outcome) => Names[(int)outcome];
}

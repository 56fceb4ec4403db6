namespace Choir.Observability;

/// <summary>The outcome of a message: the values of the attribute <c>outcome</c>.</summary>
internal enum Outcome : byte
{
    Ok,

    /// <summary>Its handler failed: it threw, or could not reach what it needs.</summary>
    Error,

    /// <summary>It was refused: before a handler got it, or by the handler. A refusal is no failure of the actor.</summary>
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

    /// <summary>Whether it counts as an error: in <c>/actors</c>, in the flow, among the hottest actors, and in alerts.</summary>
    public static bool IsFailure(this Outcome outcome) => outcome is Outcome.Error or Outcome.Timeout;
}

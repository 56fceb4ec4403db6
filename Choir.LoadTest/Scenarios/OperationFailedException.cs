namespace Choir.LoadTest.Scenarios;

/// <summary>An operation failed for a reason that is counted under a name.</summary>
/// <param name="kind">The name: an HTTP status with the problem's code, or another short text of a small set.</param>
/// <param name="message">What happened; the first one of each kind is shown in the report.</param>
public sealed class OperationFailedException(string kind, string message) : Exception(message)
{
    /// <summary>The name under which it is counted.</summary>
    public string Kind { get; } = kind;
}

namespace Choir.Observatory.Why;

/// <summary>A time in which something outside of the actors did not answer.</summary>
/// <param name="Dependency">Its name.</param>
/// <param name="From">The last reading before it.</param>
/// <param name="Length">How long it lasted, or has lasted, by the clock of the hosts.</param>
/// <param name="EndedAt">The first reading after it; null while it lasts.</param>
/// <param name="Calls">The most calls that ran at a reading.</param>
/// <param name="Operations">The kinds of these calls, the most frequent first.</param>
/// <param name="Types">The actor types with whose messages nothing succeeded meanwhile.</param>
/// <param name="TypesHandleMost">Whether these types usually handle half of all messages.</param>
internal sealed record Stall(
    string Dependency, DateTimeOffset From, TimeSpan Length, DateTimeOffset? EndedAt, long Calls, IReadOnlyList<string> Operations, IReadOnlyList<string> Types,
    bool TypesHandleMost)
{
    /// <summary>Whether it lasts, or its long calls are still in the figures of the last minute.</summary>
    public bool IsInFigures(DateTimeOffset now) => EndedAt is not { } ended || now - ended < WhyLimits.MinRecent + History.HistoryStore.Step * 2;
}

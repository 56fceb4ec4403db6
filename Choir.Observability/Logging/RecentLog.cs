using Microsoft.Extensions.Logging;

namespace Choir.Observability;

/// <summary>A log record that <see cref="RecentLogs"/> keeps.</summary>
/// <param name="At">When it was written, as the other log providers say.</param>
/// <param name="Level">Its level.</param>
/// <param name="Category">The name of its logger, cut.</param>
/// <param name="Event">The name of its event, cut; null if it has none.</param>
/// <param name="Text">Its message, cut.</param>
/// <param name="Exception">Its exception with the stack trace, cut; null if it has none.</param>
/// <param name="Subject">What it is about.</param>
internal sealed record RecentLog(
    DateTimeOffset At, LogLevel Level, string Category, string? Event, string Text, string? Exception, in LogSubject Subject)
{
    // The object, its fields and its place in the queue.
    private const int FixedSize = 248;

    /// <summary>
    /// How many records of the same event were not written before it, as a limit on records says in a field <c>suppressed</c>; 0 if none.
    /// </summary>
    public long Suppressed { get; init; }

    /// <summary>The most memory that it uses, in bytes.</summary>
    public int Size { get; } = FixedSize + (sizeof(char) * (Category.Length + (Event?.Length ?? 0) + Text.Length + (Exception?.Length ?? 0) + Subject.Length));
}

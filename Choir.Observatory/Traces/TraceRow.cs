using Choir.Actors.Inspection;

namespace Choir.Observatory.Traces;

/// <summary>A recorded message in its place in the trace. Times are in ms since the start of the trace.</summary>
public sealed class TraceRow
{
    internal TraceRow(MessageHop hop, DateTimeOffset origin)
    {
        Hop = hop;
        StartedMs = (hop.StartedAt - origin).TotalMilliseconds;
        SentMs = hop.SentAt is { } sent ? Math.Min((sent - origin).TotalMilliseconds, StartedMs) : StartedMs;
        EndMs = StartedMs + Math.Max(hop.ProcessingMs, 0);
    }

    /// <summary>The recorded message.</summary>
    public MessageHop Hop { get; }

    /// <summary>When it was sent; when its handler started, if the time of sending is not known.</summary>
    public double SentMs { get; }

    /// <summary>When its handler started, or when it was refused.</summary>
    public double StartedMs { get; }

    /// <summary>When its handler ended.</summary>
    public double EndMs { get; }

    /// <summary>Whether the time of sending is known.</summary>
    public bool IsSentKnown => Hop.SentAt is not null;

    /// <summary>Whether it is a call of an ordinary grain, for which Orleans does not report when it was sent.</summary>
    public bool IsCall => Hop.SizeBytes is null;

    /// <summary>The message whose handler sent it; null if it is the first, or if its cause is not recorded.</summary>
    public TraceRow? Cause { get; internal set; }

    /// <summary>Whether it has a cause of which there is no record.</summary>
    public bool IsCauseMissing { get; internal set; }

    /// <summary>The number of recorded causes above it.</summary>
    public int Depth { get; internal set; }

    /// <summary>Whether it is on the critical path.</summary>
    public bool IsCritical { get; internal set; }

    /// <summary>The parts of the critical path that it accounts for, in order of time; without parts that took no time.</summary>
    public IReadOnlyList<PathPart> Path { get; internal set; } = [];

    /// <summary>By how many ms it was sent before its cause was started, which only differing clocks of hosts explain; otherwise 0.</summary>
    public double ClockGapMs => Cause is { } cause ? Math.Max(cause.StartedMs - SentMs, 0) : 0;

    /// <summary>The receiver as <c>type/id</c>.</summary>
    public string Actor => $"{Hop.ActorType}/{Hop.ActorId}";

    /// <summary>The messages that its handler sent, by time of sending.</summary>
    internal List<TraceRow> Caused { get; } = [];

    /// <summary>The time on the critical path that it spent waiting in the queue, or in its handler, in ms.</summary>
    internal double OnPath(bool isQueue) => Path.Where(part => part.IsQueue == isQueue).Sum(part => part.ToMs - part.FromMs);
}

/// <summary>A part of the critical path: one message waited or was handled.</summary>
/// <param name="Row">The message.</param>
/// <param name="IsQueue">Whether it waited; otherwise its handler ran.</param>
/// <param name="FromMs">The start of the part.</param>
/// <param name="ToMs">The end of the part.</param>
public sealed record PathPart(TraceRow Row, bool IsQueue, double FromMs, double ToMs);

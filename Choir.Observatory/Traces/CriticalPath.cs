namespace Choir.Observatory.Traces;

/// <summary>
/// The messages that determine when a trace ends: from the message that ends last, back through the messages that its handler waited for,
/// and through its causes.
/// </summary>
/// <remarks>
/// Records do not tell whether a handler awaited a reply. A handler counts as waiting for a message that it sent, from sending it to its
/// end, if that ended before the handler; of several at the same time, for the one that ended last.
/// </remarks>
internal static class CriticalPath
{
    /// <summary>Marks the messages on the path, and returns its parts in order of time.</summary>
    public static IReadOnlyList<PathPart> Mark(IReadOnlyList<TraceRow> rows)
    {
        var parts = new List<PathPart>();
        var open = new Stack<Frame>();
        if (rows.MaxBy(row => row.EndMs) is { } last)
        {
            open.Push(new Frame(last, last.EndMs));
        }

        while (open.TryPeek(out var frame))
        {
            var row = frame.Row;
            if (frame.NextAwaited() is { } awaited)
            {
                Add(row, isQueue: false, awaited.EndMs, frame.UntilMs);
                frame.UntilMs = awaited.SentMs;
                open.Push(new Frame(awaited, awaited.EndMs));
                continue;
            }

            Add(row, isQueue: false, row.StartedMs, frame.UntilMs);
            Add(row, isQueue: true, row.SentMs, Math.Min(row.StartedMs, frame.UntilMs));
            open.Pop();
            if (open.Count == 0 && row.Cause is { IsCritical: false } cause)
            {
                open.Push(new Frame(cause, Math.Min(row.SentMs, cause.EndMs)));
            }
        }

        parts.Reverse();
        foreach (var group in parts.GroupBy(part => part.Row))
        {
            group.Key.Path = [.. group];
        }

        return parts;

        // Clocks of hosts may differ, so that a part would end before it begins.
        void Add(TraceRow row, bool isQueue, double from, double to)
        {
            if (to > from)
            {
                parts.Add(new PathPart(row, isQueue, from, to));
            }
        }
    }

    /// <summary>A handler that is followed backwards.</summary>
    private sealed class Frame
    {
        private readonly TraceRow[] _caused;
        private int _next;

        public Frame(TraceRow row, double untilMs)
        {
            (Row, UntilMs) = (row, untilMs);
            row.IsCritical = true;
            _caused = [.. row.Caused.OrderByDescending(one => one.EndMs)];
        }

        public TraceRow Row { get; }

        /// <summary>The handler is followed from here backwards.</summary>
        public double UntilMs { get; set; }

        /// <summary>The message that the handler waited for last before <see cref="UntilMs"/>; null if there is none.</summary>
        public TraceRow? NextAwaited()
        {
            while (_next < _caused.Length)
            {
                var one = _caused[_next++];
                if (one.EndMs <= UntilMs && one.SentMs >= Row.StartedMs && !one.IsCritical)
                {
                    return one;
                }
            }

            return null;
        }
    }
}

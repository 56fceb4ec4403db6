using Choir.Actors.Inspection;
using Choir.Observatory.Components;

namespace Choir.Observatory.Traces;

/// <summary>What the records of a trace tell: the order of its messages, what determined its duration, and when nothing happened.</summary>
public sealed class TraceAnalysis
{
    private TraceAnalysis(IReadOnlyList<MessageHop> hops)
    {
        Start = hops.Count > 0 ? hops.Min(hop => hop.SentAt is { } sent && sent < hop.StartedAt ? sent : hop.StartedAt) : default;
        Rows = TraceTree.Build(hops, Start);
        TotalMs = Rows.Select(row => row.EndMs).DefaultIfEmpty().Max();
        Path = CriticalPath.Mark(Rows);
        var busy = Rows.Select(row => (row.SentMs, row.EndMs)).ToArray();
        Axis = TimeAxis.Of(busy, TotalMs);
        IdleMs = TimeAxis.Gaps(busy, TotalMs).Sum(gap => gap.To - gap.From);
        Slowest = Rows.Where(row => row.IsCritical).MaxBy(row => row.OnPath(isQueue: true) + row.OnPath(isQueue: false));
    }

    /// <summary>When the first message was sent, or handled if that is not known.</summary>
    public DateTimeOffset Start { get; }

    /// <summary>The time to the end of the last handler, in ms.</summary>
    public double TotalMs { get; }

    /// <summary>The messages: each one after its cause, and next to the others of the same cause.</summary>
    public IReadOnlyList<TraceRow> Rows { get; }

    /// <summary>The critical path in order of time. Times between its parts are not explained by the records.</summary>
    public IReadOnlyList<PathPart> Path { get; }

    /// <summary>The message that takes the most time on the critical path; null without messages.</summary>
    public TraceRow? Slowest { get; }

    /// <summary>The time in which no message waited or was handled, in ms.</summary>
    public double IdleMs { get; }

    /// <summary>The time axis.</summary>
    public TimeAxis Axis { get; }

    /// <summary>The hosts that handled the messages.</summary>
    public IReadOnlyList<string> Hosts => [.. Rows.Select(row => row.Hop.Host).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>By how much the clocks of hosts differ at least, in ms; 0 if the records do not show a difference.</summary>
    public double ClockGapMs => Rows.Select(row => row.ClockGapMs).DefaultIfEmpty().Max();

    /// <summary>Where the time went, in a sentence or two; empty without messages.</summary>
    public string Summary
    {
        get
        {
            if (Slowest is not { } slow)
            {
                return "";
            }

            var idle = IdleMs > TotalMs / 10 ? $" For {Format.Ms(IdleMs)} no message was handled or waited." : "";
            var (queue, handling) = (slow.OnPath(isQueue: true), slow.OnPath(isQueue: false));
            if (queue + handling <= 0)
            {
                return $"The trace took {Format.Ms(TotalMs)}.{idle}";
            }

            var step = queue > handling
                ? $"{MessageTypes.Name(slow.Hop.MessageType)} waited {Format.Ms(queue)} in the queue of {slow.Actor} (handling {Format.Ms(handling)})."
                : $"{Format.Ms(handling)} is {slow.Actor} handling {MessageTypes.Name(slow.Hop.MessageType)}{(slow.IsSentKnown ? $" (queue {Format.Ms(queue)})" : slow.IsCall ? "" : " (queue time unknown)")}.";
            return $"Of {Format.Ms(TotalMs)}, {step}{idle}";
        }
    }

    /// <summary>Analyses a trace.</summary>
    /// <param name="hops">Its records, in any order.</param>
    public static TraceAnalysis Of(IReadOnlyList<MessageHop> hops)
    {
        ArgumentNullException.ThrowIfNull(hops);
        return new TraceAnalysis(hops);
    }
}

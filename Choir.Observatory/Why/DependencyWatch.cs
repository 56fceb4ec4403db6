using Choir.Actors.Inspection;

namespace Choir.Observatory.Why;

/// <summary>Whether something outside of the actors answers.</summary>
internal sealed class DependencyWatch(string name)
{
    private readonly Queue<Usual> _usual = new();
    private (double Clock, DateTimeOffset At)? _notBusy;
    private (double Clock, DateTimeOffset At)? _calm;
    private OpenStall? _open;

    private (double Clock, DateTimeOffset At)? _progress;
    private (OpenStall Stall, double EndClock)? _last;

    // Between two waves of calls that are given up there is a moment without calls.
    private const double MinCalm = 2;

    // The health is checked every five seconds, and a check takes seconds while nothing answers.
    private static readonly double MaxUnhealthy = (History.HistoryStore.Step * 3).TotalSeconds;

    /// <summary>Whether the last stall that ended has gone on: what ended it was no answer.</summary>
    public bool GoesOn => _open is not null && _last is not null;

    /// <summary>The stall that lasts, or that has ended as it seems: no calls wait any more, but no message has shown it. Null if there is none.</summary>
    public Stall? Open(double clock) => _open is not { } open ? null
        : _calm is { } calm && clock - calm.Clock >= MinCalm ? StallOf(open, calm.Clock) with { EndedAt = calm.At }
        : StallOf(open, clock);

    /// <summary>Compares a reading with those before.</summary>
    /// <param name="at">The time.</param>
    /// <param name="clock">The time by the clock of the hosts, in s.</param>
    /// <param name="calls">One row for each kind of call and each pool; empty if they are not reported.</param>
    /// <param name="types">The progress of the actor types.</param>
    /// <param name="isUnhealthy">Whether its own health check fails, if it has one.</param>
    /// <returns>The stall that ended.</returns>
    public Stall? Observe(DateTimeOffset at, double clock, IReadOnlyList<DependencyFigures> calls, IReadOnlyDictionary<string, TypeProgress> types, bool isUnhealthy)
    {
        var operations = Unusual(clock, calls, out var usual);
        var running = operations.Sum(one => (long)one.Calls);
        var isBusy = running >= WhyLimits.MinStalledCalls
            && running + calls.Where(one => one.Limit is not null).Sum(one => (long)one.Waiting) >= (usual * WhyLimits.Rise) + 1;
        _calm = isBusy ? null : _calm ?? (clock, at);
        if (_open is { } open)
        {
            if (HasEnded(open, clock, at, types) is { } end && (!isUnhealthy || clock - end.Clock >= MaxUnhealthy))
            {
                return End(end.Clock, end.At);
            }

            _open = isBusy && running > open.Calls ? open with { Calls = running, Operations = Names(operations) } : open;
            return null;
        }

        if (!isBusy || _notBusy is not { } idle)
        {
            _notBusy = isBusy ? _notBusy : (clock, at);
            return null;
        }

        var silent = types.Where(type => IsSilent(type.Value, clock, idle.Clock)).ToArray();
        if (silent.Length > 0)
        {
            var first = silent.MinBy(type => type.Value.Clock).Value;
            var (start, from) = first.Clock > idle.Clock ? (first.Clock, first.At) : idle;
            if (_last is { } last && start - last.EndClock < WhyLimits.MinStall.TotalSeconds)
            {
                _open = last.Stall with { Calls = Math.Max(last.Stall.Calls, running) };
                return null;
            }

            _last = null;
            _open = new OpenStall(
                start, from, running, Names(operations), [.. silent.OrderByDescending(type => type.Value.Rate).Select(type => type.Key)],
                silent.ToDictionary(type => type.Key, type => type.Value), silent.Sum(type => type.Value.Rate) >= types.Values.Sum(type => type.Rate) / 2);
        }

        return null;
    }

    // When it ended, as far as the figures tell; null if it lasts.
    private (double Clock, DateTimeOffset At)? HasEnded(OpenStall open, double clock, DateTimeOffset at, IReadOnlyDictionary<string, TypeProgress> types)
    {
        _progress = Progressed(open, types, WhyLimits.MinProgress) ? _progress ?? (clock, at) : null;
        if (_progress is not null || _calm is not { } calm)
        {
            return _progress;
        }

        // Calls that are given up make room for others: only if they stay away, what called has been answered, or the load has ended.
        var needed = Progressed(open, types, 1) ? MinCalm : WhyLimits.MinStall.TotalSeconds * 2;
        return clock - calm.Clock >= needed ? calm : null;
    }

    // Most of them by their messages: a few messages of one type may succeed without what stalls.
    private static bool Progressed(OpenStall open, IReadOnlyDictionary<string, TypeProgress> types, int messages) =>
        open.Since.Where(since => !types.TryGetValue(since.Key, out var progress) || progress.HasSucceeded(messages)).Sum(since => since.Value.Rate)
            >= open.Since.Values.Sum(since => since.Rate) / 2;

    private Stall? End(double clock, DateTimeOffset at)
    {
        var ended = _open is { } open ? StallOf(open, clock) with { EndedAt = at } : null;
        _last = _open is { } stall ? (stall, clock) : null;
        (_open, _progress, _notBusy) = (null, null, (clock, at));
        return ended;
    }

    private Stall StallOf(OpenStall open, double clock) =>
        new(name, open.From, TimeSpan.FromSeconds(clock - open.Clock), null, open.Calls, open.Operations, open.Types, open.TypesHandleMost);

    private static bool IsSilent(TypeProgress type, double clock, double idle) =>
        clock - Math.Max(type.Clock, idle) is var silence && silence >= WhyLimits.MinStall.TotalSeconds && silence * type.Rate >= WhyLimits.MinStalledMessages;

    private static string[] Names(IEnumerable<(string Operation, int Calls)> operations) => [.. operations.OrderByDescending(one => one.Calls).Select(one => one.Operation)];

    // The calls that run, without as many as did at each of the last readings: connections that are kept open, or a listener, never end. And how
    // many run at a moment: those per second, times their duration. The least of the last minute, because calls of a stall stay in the means for so long.
    private IReadOnlyList<(string Operation, int Calls)> Unusual(double clock, IReadOnlyList<DependencyFigures> calls, out double usual)
    {
        while (_open is null && _usual.TryPeek(out var oldest) && clock - oldest.Clock > WhyLimits.MinRecent.TotalSeconds * 1.25)
        {
            _usual.Dequeue();
        }

        var unlimited = calls.Where(one => one.Limit is null).ToArray();
        if (_open is null)
        {
            _usual.Enqueue(new Usual(
                clock, unlimited.Sum(one => one.CallsPerSecond * (one.MeanMs ?? 0)) / 1_000,
                unlimited.ToDictionary(one => one.Operation, one => one.InUse, StringComparer.Ordinal)));
        }

        usual = _usual.Min(one => one.Running);
        return
        [
            .. unlimited.Select(one => (one.Operation, Calls: one.InUse - _usual.Min(usual => usual.InUse.GetValueOrDefault(one.Operation)))).Where(one => one.Calls > 0),
        ];
    }

    private sealed record Usual(double Clock, double Running, IReadOnlyDictionary<string, int> InUse);

    private sealed record OpenStall(
        double Clock, DateTimeOffset From, long Calls, IReadOnlyList<string> Operations, IReadOnlyList<string> Types, IReadOnlyDictionary<string, TypeProgress> Since,
        bool TypesHandleMost);
}

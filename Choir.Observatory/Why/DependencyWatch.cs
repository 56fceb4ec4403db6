using Choir.Actors.Inspection;

namespace Choir.Observatory.Why;

/// <summary>Whether something outside of the actors answers.</summary>
internal sealed class DependencyWatch(string name)
{
    private readonly Queue<(double Clock, double Running)> _usual = new();
    private (double Clock, DateTimeOffset At)? _notBusy;
    private (double Clock, DateTimeOffset At)? _calm;
    private OpenStall? _open;

    /// <summary>The stall that lasts; null if there is none.</summary>
    public Stall? Open(double clock) => _open is { } open
        ? new Stall(name, open.From, TimeSpan.FromSeconds(clock - open.Clock), null, open.Calls, open.Operations, open.Types, open.IsOfMost)
        : null;

    /// <summary>Compares a reading with those before.</summary>
    /// <returns>The stall that ended.</returns>
    public Stall? Observe(DateTimeOffset at, double clock, IReadOnlyList<DependencyFigures> calls, IReadOnlyDictionary<string, TypeProgress> types)
    {
        var running = calls.Where(one => one.Limit is null).Sum(one => one.InUse);
        var isBusy = running >= WhyLimits.MinStalledCalls
            && running + calls.Where(one => one.Limit is not null).Sum(one => one.Waiting) >= (Usual(clock, calls) * WhyLimits.Rise) + 1;
        _calm = isBusy ? null : _calm ?? (clock, at);
        if (_open is { } open)
        {
            if (open.Since.Any(since => !types.TryGetValue(since.Key, out var progress) || progress.Clock > since.Value))
            {
                return End(clock, at);
            }

            // Calls that are given up make room for others: only if they stay away, the load has ended.
            if (_calm is { } calm && clock - calm.Clock >= WhyLimits.MinStall.TotalSeconds * 2)
            {
                return End(calm.Clock, calm.At);
            }

            _open = isBusy && running > open.Calls ? open with { Calls = running, Operations = Operations(calls) } : open;
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
            _open = new OpenStall(
                start, from, running, Operations(calls), [.. silent.OrderByDescending(type => type.Value.Rate).Select(type => type.Key)],
                silent.ToDictionary(type => type.Key, type => type.Value.Clock), silent.Sum(type => type.Value.Rate) >= types.Values.Sum(type => type.Rate) / 2);
        }

        return null;
    }

    private Stall? End(double clock, DateTimeOffset at)
    {
        var ended = Open(clock);
        (_open, _notBusy) = (null, (clock, at));
        return ended is null ? null : ended with { EndedAt = at };
    }

    private static bool IsSilent(TypeProgress type, double clock, double idle) =>
        clock - Math.Max(type.Clock, idle) is var silence && silence >= WhyLimits.MinStall.TotalSeconds && silence * type.Rate >= WhyLimits.MinStalledMessages;

    private static string[] Operations(IReadOnlyList<DependencyFigures> calls) =>
        [.. calls.Where(one => one is { Limit: null, InUse: > 0 }).OrderByDescending(one => one.InUse).Select(one => one.Operation)];

    // How many calls usually run at a moment: those per second, times their duration. The least of the last minute, because calls of a stall
    // stay in the means for that long.
    private double Usual(double clock, IReadOnlyList<DependencyFigures> calls)
    {
        while (_usual.TryPeek(out var oldest) && clock - oldest.Clock > WhyLimits.MinRecent.TotalSeconds * 1.25)
        {
            _usual.Dequeue();
        }

        _usual.Enqueue((clock, calls.Where(one => one.Limit is null).Sum(one => one.CallsPerSecond * (one.MeanMs ?? 0)) / 1_000));
        return _usual.Min(one => one.Running);
    }

    private sealed record OpenStall(
        double Clock, DateTimeOffset From, int Calls, IReadOnlyList<string> Operations, IReadOnlyList<string> Types, IReadOnlyDictionary<string, double> Since,
        bool IsOfMost);
}

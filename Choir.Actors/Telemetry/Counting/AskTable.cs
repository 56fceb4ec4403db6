using System.Collections.Concurrent;

namespace Choir.Actors.Telemetry;

/// <summary>Which series of <c>ask.time</c> there are: sender's type, target's type, outcome. A bounded number.</summary>
internal sealed class AskTable
{
    /// <summary>The most pairs of types; further ones are counted as from and to <c>_other_</c>.</summary>
    public const int MaxPairs = 1_024;

    private readonly ConcurrentDictionary<(string Source, string Target), int> _pairs = new();
    private readonly Lock _gate = new();
    private Series[] _all = [];
    private Last _last = new("", "", 0);

    /// <summary>All series, in the order of their making.</summary>
    public ReadOnlySpan<Series> All => Volatile.Read(ref _all);

    /// <summary>The number of a series.</summary>
    public int Of(string source, string target, Outcome outcome)
    {
        // Most asks go where the one before went.
        var last = _last;
        if (!ReferenceEquals(last.Source, source) || !ReferenceEquals(last.Target, target))
        {
            _last = last = new Last(source, target, _pairs.TryGetValue((source, target), out var first) ? first : Add(source, target));
        }

        return last.First + (int)outcome;
    }

    private int Add(string source, string target)
    {
        lock (_gate)
        {
            if (_pairs.Count >= MaxPairs)
            {
                (source, target) = (TelemetryNames.Other, TelemetryNames.Other);
            }

            if (_pairs.TryGetValue((source, target), out var known))
            {
                return known;
            }

            var first = _all.Length;
            Volatile.Write(ref _all, [.. _all, .. Enumerable.Range(0, Outcomes.Count).Select(outcome => new Series(source, target, (Outcome)outcome))]);
            _pairs[(source, target)] = first;
            return first;
        }
    }

    /// <summary>The attributes of a series.</summary>
    internal sealed record Series(string Source, string Target, Outcome Outcome)
    {
        public KeyValuePair<string, object?>[] Tags { get; } =
            [new(TelemetryNames.SourceType, Source), new(TelemetryNames.ActorType, Target), new(TelemetryNames.Outcome, Outcome.Name())];
    }

    private sealed record Last(string Source, string Target, int First);
}

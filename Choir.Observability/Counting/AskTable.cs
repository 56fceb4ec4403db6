using System.Collections.Concurrent;

namespace Choir.Observability;

/// <summary>The series of <c>ask.time</c>: sender's type, target's type, outcome. Their number is bounded.</summary>
internal sealed class AskTable
{
    /// <summary>
    /// The limit of (sender, target) pairs; all further ones are counted as one pair of <c>_other_</c>. With all outcomes these are
    /// fewer series than the 2,000 that OpenTelemetry allows for an instrument.
    /// </summary>
    public const int MaxPairs = 384;

    private readonly ConcurrentDictionary<(string Source, string Target), int> _pairs = new();
    private readonly Lock _gate = new();
    private Series[] _all = [];
    private Last _last = new("", "", 0);

    public ReadOnlySpan<Series> All => Volatile.Read(ref _all);

    /// <summary>The index of a series in <see cref="All"/>.</summary>
    public int Of(string source, string target, Outcome outcome) => FirstOf(source, target) + (int)outcome;

    /// <summary>The index of a pair's first series: those of the other outcomes follow it, in their order.</summary>
    public int FirstOf(string source, string target)
    {
        // Most asks have the sender's and target's type of the ask before.
        var last = _last;
        if (!ReferenceEquals(last.Source, source) || !ReferenceEquals(last.Target, target))
        {
            _last = last = new Last(source, target, _pairs.TryGetValue((source, target), out var first) ? first : Add(source, target));
        }

        return last.First;
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

    internal sealed record Series(string Source, string Target, Outcome Outcome)
    {
        public KeyValuePair<string, object?>[] Tags { get; } =
            [new(TelemetryNames.SourceType, Source), new(TelemetryNames.ActorType, Target), new(TelemetryNames.Outcome, Outcome.Name())];
    }

    private sealed record Last(string Source, string Target, int First);
}

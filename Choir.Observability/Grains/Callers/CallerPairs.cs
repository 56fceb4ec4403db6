using System.Collections.Concurrent;
using Orleans.Runtime;

namespace Choir.Observability;

/// <summary>The pairs of types that call each other, as this process sees them. One instance for a pair, and a bounded number of them.</summary>
/// <param name="asks">The series of asks.</param>
/// <param name="outside">The name of callers that are no grains: <c>host</c> in a silo, <c>gateway</c> in a client.</param>
internal sealed class CallerPairs(AskTable asks, string outside)
{
    /// <summary>The limit of pairs; calls of further ones are counted as between types <c>_other_</c>.</summary>
    public const int MaxPairs = 1_024;

    private readonly ConcurrentDictionary<Key, CallerPair> _pairs = new();
    private int _count;

    /// <summary>The pair of a call.</summary>
    /// <param name="source">The type of the caller; default for one that is not in Orleans.</param>
    /// <param name="target">The type that is called.</param>
    public CallerPair Of(GrainType source, GrainType target) =>
        _pairs.TryGetValue(new Key(source, target), out var known) ? known : Add(source, target);

    private CallerPair Add(GrainType source, GrainType target)
    {
        var isFromGrain = !source.IsDefault && CallerPair.IsGrain(source);
        if (Volatile.Read(ref _count) >= MaxPairs)
        {
            return Create(isFromGrain, TelemetryNames.Other, target, TelemetryNames.Other);
        }

        Interlocked.Increment(ref _count);
        return _pairs.GetOrAdd(new Key(source, target), Create(isFromGrain, isFromGrain ? GrainNames.TypeOf(source) : outside, target, GrainNames.TypeOf(target)));
    }

    private CallerPair Create(bool isFromGrain, string source, GrainType target, string targetName) =>
        new(isFromGrain, CallerPair.IsGrain(target) ? asks.FirstOf(source, targetName) : null);

    private readonly record struct Key(GrainType Source, GrainType Target);
}

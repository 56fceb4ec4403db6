using Choir.LoadTest.Costs.Reading;
using Choir.LoadTest.Reports.Model;
using Choir.Observability;

namespace Choir.LoadTest.Costs;

/// <summary>The costs of one process by kind of turn.</summary>
internal sealed class ProcessProfile
{
    private static readonly KindName Outside = new(ActorTypeCost.Outside, "");

    private readonly RawProfile _raw;
    private readonly Dictionary<int, CostSum> _sums = [];

    /// <param name="raw">What was recorded.</param>
    /// <param name="cpuSeconds">The CPU time of the process during the recording, which is used if it did not say itself.</param>
    public ProcessProfile(RawProfile raw, double cpuSeconds)
    {
        _raw = raw;
        CpuSeconds = raw.CpuSeconds ?? cpuSeconds;
        Samples = raw.Stacks.Sum(stack => stack.Count);
        CountTurns();
        CountOutside();
    }

    /// <summary>The CPU time of the process.</summary>
    public double CpuSeconds { get; }

    /// <summary>What the process allocated.</summary>
    public long AllocatedBytes => _raw.AllocatedBytes;

    /// <summary>All CPU samples.</summary>
    public long Samples { get; }

    /// <summary>The profiled time.</summary>
    public double Seconds => _raw.Seconds;

    /// <summary>What is missing, in plain sentences.</summary>
    public IReadOnlyList<string> Problems => _raw.Problems;

    /// <summary>The cost by kind of turn, with what is outside of turns.</summary>
    public IEnumerable<(KindName Kind, CostSum Cost)> Costs => _sums.Select(sum => (NameOf(sum.Key), sum.Value));

    /// <summary>The stacks of samples, each with the CPU time that it stands for.</summary>
    public IEnumerable<(KindName Kind, IReadOnlyList<string> Frames, double Seconds)> Stacks
    {
        get
        {
            foreach (var stack in _raw.Stacks)
            {
                // A kind's samples stand for its measured CPU time, which includes native code that samples do not see.
                var sum = _sums[stack.Kind];
                yield return (NameOf(stack.Kind), stack.Frames, sum.CpuSeconds * stack.Count / sum.Samples);
            }
        }
    }

    /// <summary>Allocated bytes by kind of turn and type of object.</summary>
    public IEnumerable<(KindName Kind, string Type, long Bytes)> Allocations
    {
        get
        {
            var sampled = _raw.Allocations.GroupBy(allocation => allocation.Key.Kind).ToDictionary(
                group => group.Key, group => group.Sum(allocation => (double)allocation.Value));
            foreach (var ((kind, type), bytes) in _raw.Allocations)
            {
                yield return (NameOf(kind), type, (long)(SumOf(kind).AllocatedBytes * CostSum.Share(bytes, sampled[kind])));
            }
        }
    }

    private void CountTurns()
    {
        foreach (var stack in _raw.Stacks)
        {
            SumOf(stack.Kind).Samples += stack.Count;
        }

        foreach (var (kind, (seconds, count)) in _raw.Contentions)
        {
            SumOf(kind).ContentionSeconds += seconds;
            SumOf(kind).Contentions += count;
        }

        foreach (var (kind, use) in _raw.Use)
        {
            SumOf(kind).Turns += use.Turns;
            SumOf(kind).AllocatedBytes += use.AllocatedBytes;
            SumOf(kind).CpuSeconds += use.CpuNanoseconds / 1e9;
        }

        if (!_raw.KnowsThreads)
        {
            foreach (var sum in _sums.Values)
            {
                sum.CpuSeconds = CpuSeconds * CostSum.Share(sum.Samples, Samples);
            }
        }
    }

    // The rest: what turns did not use.
    private void CountOutside()
    {
        var turns = new CostSum();
        foreach (var (_, sum) in _sums.Where(sum => sum.Key != TurnKind.None))
        {
            turns.Add(sum);
        }

        var outside = SumOf(TurnKind.None);
        outside.AllocatedBytes = Math.Max(0, AllocatedBytes - turns.AllocatedBytes);
        outside.CpuSeconds = Math.Max(0, CpuSeconds - turns.CpuSeconds);
    }

    private CostSum SumOf(int kind)
    {
        if (!_sums.TryGetValue(kind, out var sum))
        {
            _sums.Add(kind, sum = new CostSum());
        }

        return sum;
    }

    private KindName NameOf(int kind) =>
        kind == TurnKind.None ? Outside
        : _raw.Kinds.TryGetValue(kind, out var name) ? name
        : new KindName($"(turns of unknown kind)", "");
}

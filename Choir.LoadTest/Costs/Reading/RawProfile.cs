namespace Choir.LoadTest.Costs.Reading;

/// <summary>What the recording of one process holds, by kind of turn. Kind 0 is everything outside of turns.</summary>
/// <param name="Seconds">The profiled time.</param>
/// <param name="CpuSeconds">The CPU time of the process; null if it did not say.</param>
/// <param name="AllocatedBytes">What the process allocated.</param>
/// <param name="KnowsThreads">Whether the CPU time of turns was measured; otherwise it is estimated from samples.</param>
/// <param name="Kinds">The names of the kinds by number.</param>
/// <param name="Use">What turns used.</param>
/// <param name="Stacks">The samples of running threads.</param>
/// <param name="Allocations">Sampled allocations: bytes by kind and type of object.</param>
/// <param name="Contentions">Waits for locks.</param>
/// <param name="Problems">What is missing, in plain sentences.</param>
internal sealed record RawProfile(
    double Seconds,
    double? CpuSeconds,
    long AllocatedBytes,
    bool KnowsThreads,
    IReadOnlyDictionary<int, KindName> Kinds,
    IReadOnlyDictionary<int, TurnUse> Use,
    IReadOnlyList<StackSamples> Stacks,
    IReadOnlyDictionary<(int Kind, string Type), long> Allocations,
    IReadOnlyDictionary<int, (double Seconds, long Count)> Contentions,
    IReadOnlyList<string> Problems);

/// <summary>The names of a kind of turns.</summary>
internal readonly record struct KindName(string ActorType, string MessageType);

/// <summary>Samples with the same stack in the same kind of turns.</summary>
/// <param name="Kind">The kind's number; 0 outside of turns.</param>
/// <param name="Frames">The names of the methods, the outermost first.</param>
/// <param name="Count">The number of samples.</param>
internal sealed record StackSamples(int Kind, IReadOnlyList<string> Frames, long Count);

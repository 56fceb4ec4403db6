using Choir.Observability;
using Choir.Redaction;
using Orleans.Concurrency;

namespace Choir.Actors.Inspection;

/// <summary>
/// What the turns of an ordinary grain wait for. Several may run beside each other, because the grain is reentrant, a method interleaves, or a caller
/// is called back. Then a wait of the grain says nothing about another of its turns.
/// </summary>
internal sealed class GrainTurns(StackReader reader, TimeProvider time)
{
    /// <summary>
    /// The age from which a wait can be part of a deadlock, unless calls are slow sooner. The hosts of a cycle are read at different moments, and an answer may
    /// be on its way.
    /// </summary>
    private static readonly TimeSpan MaxTransit = TimeSpan.FromSeconds(1);

    /// <summary>The waits, and which of them hold up their grain: until they end it takes no other call, as far as is known.</summary>
    /// <param name="waits">The waits that are shown.</param>
    /// <param name="slowAfter">When a call is slow.</param>
    public ActorWait[] Mark(OpenWait[] waits, TimeSpan slowAfter)
    {
        var age = slowAfter < MaxTransit ? slowAfter : MaxTransit;
        var since = new Dictionary<GrainActivation, long?>();
        return Array.ConvertAll(waits, wait => wait.Waiter is GrainActivation grain && wait.View.For.ForMs > age.TotalMilliseconds
            ? wait.View with { HoldsUpGrain = wait.Sent >= Since(grain) }
            : wait.View);

        long? Since(GrainActivation grain) => since.TryGetValue(grain, out var known) ? known : since[grain] = HeldUpSince(grain);
    }

    /// <summary>Whether all turns of a grain that are slow await answers, as far as is known.</summary>
    /// <param name="grain">The grain.</param>
    /// <param name="slowAfter">When a call is slow.</param>
    /// <param name="stacks">How many stacks may still be read.</param>
    public bool AwaitAnswers(GrainActivation grain, TimeSpan slowAfter, ref int stacks)
    {
        if (!grain.IsWaiting || grain.ReadTurns() is not { Length: > 1 } turns)
        {
            return grain.IsWaiting;
        }

        foreach (var turn in turns)
        {
            if (time.GetElapsedTime(turn.Started) <= slowAfter || stacks-- <= 0)
            {
                break;
            }

            if (reader.AwaitsAnswer(turn) == false)
            {
                return false;
            }
        }

        return true;
    }

    // An ask of before was made by another turn, which nobody in the grain awaits.
    private long? HeldUpSince(GrainActivation grain) => !HasNameOfItsOwn(grain) || IsStatelessWorker(grain) ? null : grain.ReadTurns() switch
    {
        // Only OnActivateAsync and OnDeactivateAsync are no turns.
        [] => grain.IsActivated && grain.DeactivatingSince == 0 ? null : long.MinValue,
        [var only] when reader.AwaitsAnswer(only) != false => only.Started,
        _ => null,
    };

    // Others of the same shown name would be taken for it.
    private static bool HasNameOfItsOwn(GrainActivation grain) =>
        grain.Address.Type != TelemetryNames.Other && !IsCut(grain.Address.Type) && !IsCut(grain.Address.Id);

    private static bool IsCut(string name) => name.Length >= GrainNames.MaxLength && name[^1] == TextCut.Mark;

    // All its activations have one name.
    private static bool IsStatelessWorker(GrainActivation grain) =>
        grain.GrainContext.GrainInstance?.GetType().IsDefined(typeof(StatelessWorkerAttribute), inherit: true) == true;

    /// <summary>A wait as it was read.</summary>
    /// <param name="View">The wait.</param>
    /// <param name="Waiter">Who waits; null if it is not of this host.</param>
    /// <param name="Sent">When the message was sent, in ticks of the clock.</param>
    internal readonly record struct OpenWait(ActorWait View, IObservedActor? Waiter, long Sent);
}

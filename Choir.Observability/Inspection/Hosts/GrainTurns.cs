using Choir.Observability;
using Choir.Redaction;
using Orleans.Concurrency;

namespace Choir.Actors.Inspection;

/// <summary>
/// What the turns of an ordinary grain wait for. Several may run beside each other, because the grain is reentrant, a method interleaves, or a caller
/// is called back. Then a wait of the grain says nothing about another of its turns.
/// </summary>
internal sealed class GrainTurns(StackReader stacks, TimeProvider time)
{
    /// <summary>The most turns of a grain that one look at it reads.</summary>
    private const int MaxTurns = 16;

    /// <summary>
    /// The age from which a wait can be part of a deadlock, unless calls are slow sooner. The hosts of a cycle are read at different moments, and an answer may
    /// be on its way.
    /// </summary>
    private static readonly TimeSpan MaxTransit = TimeSpan.FromSeconds(1);

    /// <summary>The open asks that hold up a grain: until they end it takes no other call, as far as is known.</summary>
    /// <param name="grain">The grain.</param>
    /// <param name="asks">Its open asks.</param>
    /// <param name="slowAfter">When a call is slow.</param>
    public HashSet<AwaitedCall> HoldingUp(GrainActivation grain, AwaitedCall[] asks, TimeSpan slowAfter)
    {
        var age = slowAfter < MaxTransit ? slowAfter : MaxTransit;
        var old = Array.FindAll(asks, ask => time.GetElapsedTime(ask.Sent) > age);
        return old.Length == 0 || !HasNameOfItsOwn(grain) || IsStatelessWorker(grain) ? [] : grain.ReadTurns() switch
        {
            // Only OnActivateAsync and OnDeactivateAsync are no turns. Otherwise nobody in the grain awaits what is asked.
            [] => grain.IsActivated && grain.DeactivatingSince == 0 ? [] : [.. old],
            [var only] when stacks.AwaitsAnswer(only) != false => [.. old.Where(ask => ask.Sent >= only.Started)],
            _ => [],
        };
    }

    /// <summary>Whether all turns of a grain that are slow are known to await answers, or may do so.</summary>
    /// <param name="grain">The grain.</param>
    /// <param name="slowAfter">When a call is slow.</param>
    public bool AwaitAnswers(GrainActivation grain, TimeSpan slowAfter)
    {
        if (!grain.IsWaiting)
        {
            return false;
        }

        var turns = grain.ReadTurns();
        return turns.Length <= 1
            || turns.Take(MaxTurns).TakeWhile(turn => time.GetElapsedTime(turn.Started) > slowAfter).All(turn => stacks.AwaitsAnswer(turn) != false);
    }

    // Others of the same shown name would be taken for it.
    private static bool HasNameOfItsOwn(GrainActivation grain) =>
        grain.Address.Type != TelemetryNames.Other && !IsCut(grain.Address.Type) && !IsCut(grain.Address.Id);

    private static bool IsCut(string name) => name.Length >= GrainNames.MaxLength && name[^1] == TextCut.Mark;

    // All its activations have one name.
    private static bool IsStatelessWorker(GrainActivation grain) =>
        grain.GrainContext.GrainInstance?.GetType().IsDefined(typeof(StatelessWorkerAttribute), inherit: true) == true;
}

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

    /// <summary>The most turns of a grain that are asked about one wait.</summary>
    private const int MaxTurns = 8;

    /// <summary>
    /// The waits, and which of them hold up their grain: until they end it takes no other call, as far as is known. Others are of asks that nobody in the grain
    /// awaits.
    /// </summary>
    /// <param name="waits">The waits that are shown.</param>
    /// <param name="slowAfter">When a call is slow.</param>
    public ActorWait[] Mark(OpenWait[] waits, TimeSpan slowAfter)
    {
        var age = slowAfter < MaxTransit ? slowAfter : MaxTransit;
        var turns = new Dictionary<GrainActivation, ObservedTurn[]>();
        return Array.ConvertAll(waits, wait => wait.Waiter is GrainActivation grain ? Mark(wait, grain) : wait.View);

        ActorWait Mark(OpenWait wait, GrainActivation grain)
        {
            var running = turns.TryGetValue(grain, out var known) ? known : turns[grain] = grain.ReadTurns();
            var isAwaited = IsAwaited(grain, running, wait.Ask);
            return wait.View with
            {
                IsNotAwaited = isAwaited == false,
                HoldsUpGrain = isAwaited != false && wait.View.For.ForMs > age.TotalMilliseconds && HasNameOfItsOwn(grain.Address) && !IsStatelessWorker(grain)
                    && HoldsUp(grain, running, wait.Ask, isAwaited == true),
            };
        }
    }

    /// <summary>Whether all turns of a grain that are slow await answers, as far as is known.</summary>
    /// <param name="grain">The grain.</param>
    /// <param name="slowAfter">When a call is slow.</param>
    /// <param name="stacks">How many stacks may still be read.</param>
    public bool AwaitAnswers(GrainActivation grain, TimeSpan slowAfter, ref int stacks)
    {
        if (!grain.IsWaiting)
        {
            return false;
        }

        var (turns, asks) = (grain.ReadTurns(), grain.ReadWaits());
        foreach (var turn in turns)
        {
            if (time.GetElapsedTime(turn.Started) <= slowAfter || stacks-- <= 0)
            {
                break;
            }

            if (reader.AwaitsAnswer(turn, asks) == false)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether something in a grain awaits the answer of an ask; null if that is not known.</summary>
    private bool? IsAwaited(GrainActivation grain, ObservedTurn[] turns, AwaitedCall ask) =>
        turns.Length > 0 ? StackReader.AnyOf(turns.Take(MaxTurns), turn => reader.Awaits(turn, ask)) is var known && turns.Length > MaxTurns && known == false ? null : known

        // Only OnActivateAsync and OnDeactivateAsync are no turns. Orleans awaits them, in the class of the activation.
        : grain.IsStartingOrLeaving ? StackReader.AwaitsAnswer(grain.GrainContext.GetType().Assembly, ask)
        : false;

    private bool HoldsUp(GrainActivation grain, ObservedTurn[] turns, AwaitedCall ask, bool isAwaited) => turns switch
    {
        [] => grain.IsStartingOrLeaving,

        // If it is not known, an ask of before was made by another turn.
        [var only] => isAwaited || (ask.Sent >= only.Started && reader.AwaitsAnswer(only, grain.ReadWaits()) != false),
        _ => false,
    };

    /// <summary>Whether no other grain can be shown by the same name, and so be taken for it.</summary>
    public static bool HasNameOfItsOwn(ActorAddress grain) => grain.Type != TelemetryNames.Other && !IsCut(grain.Type) && !IsCut(grain.Id);

    private static bool IsCut(string name) => name.Length >= GrainNames.MaxLength && name[^1] == TextCut.Mark;

    // All its activations have one name.
    private static bool IsStatelessWorker(GrainActivation grain) =>
        grain.GrainContext.GrainInstance?.GetType().IsDefined(typeof(StatelessWorkerAttribute), inherit: true) == true;

    /// <summary>A wait as it was read.</summary>
    /// <param name="View">The wait.</param>
    /// <param name="Waiter">Who waits; null if it is not of this host.</param>
    /// <param name="Ask">What it waits for.</param>
    internal readonly record struct OpenWait(ActorWait View, IObservedActor? Waiter, AwaitedCall Ask);
}

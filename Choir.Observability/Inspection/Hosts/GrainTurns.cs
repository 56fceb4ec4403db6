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
            var byTurn = AwaitedByTurn(running, wait.Ask);

            // A call that is not observed, such as that of an extension, may await it too.
            var isAwaited = byTurn == false ? AwaitedByOrleans(grain, wait.Ask) : byTurn;
            return wait.View with
            {
                IsNotAwaited = isAwaited == false,
                HoldsUpGrain = isAwaited != false && wait.View.For.ForMs > age.TotalMilliseconds && HasNameOfItsOwn(grain.Address) && !IsStatelessWorker(grain)
                    && HoldsUp(grain, running, wait.Ask, byTurn),
            };
        }
    }

    /// <summary>Whether all turns of an actor that are slow await answers, as far as is known.</summary>
    /// <param name="actor">The actor, or the grain.</param>
    /// <param name="slowAfter">When a call is slow.</param>
    /// <param name="stacks">How many stacks may still be read.</param>
    public bool AwaitAnswers(IObservedActor actor, TimeSpan slowAfter, ref int stacks)
    {
        if (!actor.IsWaiting)
        {
            return false;
        }

        var (turns, asks) = (actor.ReadTurns(), actor.ReadWaits());
        if (turns.Length == 0 && actor is GrainActivation grain)
        {
            return stacks-- <= 0 || Array.Exists(asks, ask => AwaitedByOrleans(grain, ask) != false);
        }

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

    private bool HoldsUp(GrainActivation grain, ObservedTurn[] turns, AwaitedCall ask, bool? byTurn) => turns switch
    {
        // Only OnActivateAsync and OnDeactivateAsync are no turns.
        [] => grain.IsStartingOrLeaving,

        // If it is not known, an ask of before was made by another turn.
        [var only] => byTurn ?? (ask.Sent >= only.Started && reader.AwaitsAnswer(only, grain.ReadWaits()) != false),
        _ => false,
    };

    private bool? AwaitedByTurn(ObservedTurn[] turns, AwaitedCall ask)
    {
        var known = StackReader.AnyOf(turns.Take(MaxTurns), turn => reader.Awaits(turn, ask));
        return known == false && turns.Length > MaxTurns ? null : known;
    }

    // The method of Orleans that runs a call, or an activation, is in the assembly of the activation's class.
    private static bool? AwaitedByOrleans(GrainActivation grain, AwaitedCall ask) => StackReader.IsAwaitedIn(grain.GrainContext.GetType().Assembly, ask);

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

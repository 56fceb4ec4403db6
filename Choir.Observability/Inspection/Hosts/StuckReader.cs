using Choir.Observability;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Choir.Actors.Inspection;

/// <summary>Finds the handlers of this host that run too long, and the actors that wait for other actors.</summary>
internal sealed class StuckReader(
    ActorTelemetry telemetry, ActorReader actors, StackReader stacks, TimeProvider time, ILocalSiloDetails silo, IOptions<ObservabilityOptions> options,
    IOptions<SiloMessagingOptions> messaging)
{
    /// <summary>The handler is busy, or awaits something other than an actor.</summary>
    public const string Slow = "slow";

    /// <summary>The handler awaits the reply of another actor.</summary>
    public const string Blocked = "blocked";

    /// <summary>The handler waits in a cycle of actors.</summary>
    public const string Cycle = "cycle";

    /// <summary>The most handlers, and the most waits, of one answer.</summary>
    private const int MaxEntries = 1_000;

    /// <summary>The most schedulers that are probed at once.</summary>
    private const int MaxProbes = 100;

    /// <summary>The most handlers whose stacks are read.</summary>
    private const int MaxStacks = 100;

    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromMilliseconds(500);

    private readonly GrainTurns _grains = new(stacks, time);

    public TimeSpan SlowAfter => options.Value.SlowAfter;

    /// <summary>How long the oldest turn of an actor has been running.</summary>
    public TimeSpan RunningFor(IObservedActor actor) => time.GetElapsedTime(actor.TurnStarted);

    public async Task<StuckView> ReadAsync()
    {
        var busy = new HashSet<IObservedActor>();
        foreach (var type in telemetry.Types)
        {
            type.InFlight.ForEach(actor => busy.Add(actor));
        }

        var blocking = BlockingThreads();
        busy.UnionWith(blocking);
        var turns = busy.SelectMany(actor => actor.ReadTurns().Select(turn => new RunningTurn(actor, turn))).ToArray();
        var slow = turns.Where(running => time.GetElapsedTime(running.Turn.Started) > SlowAfter).OrderBy(running => running.Turn.Started).ToList();
        var waits = busy.SelectMany(Waits).Concat(turns.SelectMany(WaitsFor)).OrderByDescending(wait => wait.View.For.ForMs).ToArray();
        var marked = await Task.Run(() => _grains.Mark(waits[..Math.Min(MaxEntries, waits.Length)], SlowAfter));
        var shown = slow.Take(MaxEntries).ToArray();
        var withOneTurn = turns.CountBy(running => running.Actor).Where(actor => actor.Value == 1).Select(actor => actor.Key).ToHashSet();
        var blocked = await Task.WhenAll(shown.Select((turn, index) =>
            blocking.Contains(turn.Actor) ? Task.FromResult(turn.Turn.Suspended is null || withOneTurn.Contains(turn.Actor))
            : index < MaxProbes && withOneTurn.Contains(turn.Actor) ? BlocksSchedulerAsync(turn.Actor)
            : Task.FromResult(false)));

        // Not on the host's scheduler: reading symbols opens files.
        var handlers = await Task.Run(() => Describe(shown, blocked, withOneTurn));
        return new StuckView(
            SlowAfter.TotalMilliseconds,
            handlers,
            marked,
            Chains: [],
            Array.ConvertAll(telemetry.Deadlocks.All(), deadlock =>
                new DeadlockView(Closed(deadlock.Path), deadlock.At, deadlock.MessageType, IsOver: true)),
            slow.Count > MaxEntries || waits.Length > MaxEntries,
            Quarantines: [],
            PossibleDeadlocks: [],
            HostAnswers.None);
    }

    /// <summary>The actors whose handlers run on a thread at this moment.</summary>
    public HashSet<IObservedActor> BlockingThreads()
    {
        var blocking = new HashSet<IObservedActor>();
        foreach (var cells in telemetry.Cells.All)
        {
            if (Volatile.Read(ref cells.Running) is { } actor && cells.Thread.IsAlive)
            {
                blocking.Add(actor);
            }
        }

        return blocking;
    }

    /// <summary>Whether an actor that is slow awaits the reply of another actor, as far as this host knows.</summary>
    /// <param name="actor">The actor.</param>
    /// <param name="stacks">How many stacks may still be read.</param>
    public bool IsBlocked(IObservedActor actor, ref int stacks) =>
        _grains.AwaitAnswers(actor, SlowAfter, ref stacks);

    /// <summary>
    /// Detects a handler that blocks a thread after an await: its scheduler runs nothing else meanwhile. Probes the scheduler
    /// directly, because a message would activate an actor that has just been deactivated. Which of several calls of a reentrant
    /// grain it is cannot be told, so none is named.
    /// </summary>
    private async Task<bool> BlocksSchedulerAsync(IObservedActor actor)
    {
        var ran = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        actor.GrainContext.Scheduler.QueueAction(static state => ((TaskCompletionSource)state).TrySetResult(), ran);
        try
        {
            await ran.Task.WaitAsync(ProbeTimeout, time).ConfigureAwait(false);
            return false;
        }
        catch (TimeoutException)
        {
            return true;
        }
    }

    /// <summary>The handlers that still run. One that has ended while the schedulers were probed is not stuck.</summary>
    private StuckHandler[] Describe(RunningTurn[] turns, bool[] blocked, HashSet<IObservedActor> withOneTurn)
    {
        var asks = turns.Select(turn => turn.Actor).Distinct().ToDictionary(actor => actor, actor => actor.ReadWaits());
        var described = turns.Select((turn, index) => (
            Turn: turn,
            View: Describe(
                turn, blocked[index], index < MaxStacks ? stacks.Read(turn.Actor, turn.Turn) : null,
                stacks.AwaitsAnswer(turn.Turn, asks[turn.Actor]), withOneTurn.Contains(turn.Actor)))).ToArray();
        var blocking = BlockingThreads();
        var now = turns.Select(turn => turn.Actor).Distinct().ToDictionary(actor => actor, actor => actor.ReadTurns());
        return [.. described.Where(one => one.Turn.Runs(blocking, now[one.Turn.Actor])).Select(one => one.View)];
    }

    /// <param name="turn">The turn.</param>
    /// <param name="blocksThread">Whether it blocks a thread.</param>
    /// <param name="stack">Where it stands; null if that was not read.</param>
    /// <param name="awaitsAnswer">Whether it awaits an answer itself, by its stack; null if the waits of its actor tell.</param>
    /// <param name="isOnlyTurn">Whether no other turn of the actor runs.</param>
    private StuckHandler Describe(RunningTurn turn, bool blocksThread, HandlerPosition? stack, bool? awaitsAnswer, bool isOnlyTurn)
    {
        var (actor, running) = turn;
        var runningFor = time.GetElapsedTime(running.Started);
        return new StuckHandler(
            actor.Address.Type, actor.Address.Id, silo.Name, running.MessageType, running.KnownMessageId, running.KnownCorrelationId,
            time.GetUtcNow() - runningFor, runningFor.TotalMilliseconds, blocksThread,
            awaitsAnswer ?? actor.IsWaiting ? Blocked : Slow, stack)
        {
            // One that waits may do so in a cycle, which the merged waits tell.
            IsOwnReason = isOnlyTurn ? awaitsAnswer == false : awaitsAnswer is not null,
        };
    }

    private static IReadOnlyList<string> Closed(IReadOnlyList<string> path) =>
        path.Count > 1 && path[0] == path[^1] ? path : [.. path, path[0]];

    private IEnumerable<GrainTurns.OpenWait> Waits(IObservedActor actor) =>
        actor.ReadWaits().Select(call => new GrainTurns.OpenWait(
            new ActorWait(actor.Address.Type, actor.Address.Id, silo.Name, actors.Awaited(call)), actor, call));

    /// <summary>
    /// The wait of a turn's caller, where the receiver alone knows of it. The caller's host is not known then. Nor is whether it still waits,
    /// but Orleans ends its wait with the response timeout, that of the method if it has one.
    /// </summary>
    private IEnumerable<GrainTurns.OpenWait> WaitsFor(RunningTurn running)
    {
        var (actor, turn) = running;
        if (turn.Caller.IsNone || time.GetElapsedTime(turn.Started) > (turn.ResponseTimeout ?? messaging.Value.ResponseTimeout))
        {
            return [];
        }

        var ask = new AwaitedCall(actor.Address, turn.MessageId, turn.MessageType ?? MessageKind.Unknown, turn.Started);
        return [new GrainTurns.OpenWait(new ActorWait(turn.Caller.Type, turn.Caller.Id, "", actors.Awaited(ask)), Waiter: null, ask)];
    }

    /// <summary>A turn that was running when the reading began.</summary>
    internal sealed record RunningTurn(IObservedActor Actor, ObservedTurn Turn)
    {
        /// <summary>Whether it still runs: the actor awaits something in a handler or runs on a thread, and the turn is one of its turns.</summary>
        /// <param name="blocking">The actors that run on a thread.</param>
        /// <param name="now">The turns of the actor now.</param>
        public bool Runs(HashSet<IObservedActor> blocking, ObservedTurn[] now) =>
            (Volatile.Read(ref Actor.PlaceInFlight) >= 0 || blocking.Contains(Actor)) && Array.Exists(now, Turn.IsSameAs);
    }
}

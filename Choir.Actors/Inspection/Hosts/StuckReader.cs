using Choir.Actors.Hosting;
using Choir.Actors.Messaging;
using Choir.Observability;
using Microsoft.Extensions.Options;
using Orleans.Runtime;

namespace Choir.Actors.Inspection;

/// <summary>Finds the handlers of this host that run too long, and the actors that wait for other actors.</summary>
internal sealed class StuckReader(
    ActorTelemetry telemetry, ActorReader actors, StackReader stacks, ProcessClock clock, ActorRuntime runtime, IOptions<ActorOptions> options)
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

    public TimeSpan SlowAfter => options.Value.SlowAfter;

    /// <summary>How long the current turn of an actor has been running.</summary>
    public TimeSpan RunningFor(Actor actor) => clock.Time.GetElapsedTime(actor.TurnStarted);

    public async Task<StuckView> ReadAsync()
    {
        var busy = new List<Actor>();
        foreach (var type in telemetry.ActorTypes)
        {
            type.InFlight.ForEach(observed =>
            {
                if (observed is Actor actor)
                {
                    busy.Add(actor);
                }
            });
        }

        var blocking = BlockingThreads();
        var slow = busy.Union(blocking).Select(actor => new RunningTurn(actor, actor.TurnStarted, actor.RunningMessage))
            .Where(turn => clock.Time.GetElapsedTime(turn.Started) > SlowAfter).OrderBy(turn => turn.Started).ToList();
        var waits = busy.Union(blocking).Where(actor => actor.IsWaiting).SelectMany(Waits).OrderByDescending(wait => wait.For.ForMs).ToList();
        var shown = slow.Take(MaxEntries).ToArray();
        var blocked = await Task.WhenAll(shown.Select((turn, index) =>
            blocking.Contains(turn.Actor) ? Task.FromResult(true)
            : index < MaxProbes ? BlocksSchedulerAsync(turn.Actor)
            : Task.FromResult(false)));

        // Not on the host's scheduler: reading symbols opens files.
        var handlers = await Task.Run(() => Describe(shown, blocked));
        return new StuckView(
            SlowAfter.TotalMilliseconds,
            handlers,
            waits.Take(MaxEntries).ToArray(),
            Chains: [],
            Array.ConvertAll(telemetry.Deadlocks.All(), deadlock =>
                new DeadlockView(Closed(deadlock.Path), deadlock.At, deadlock.MessageType, IsOver: true)),
            slow.Count > MaxEntries || waits.Count > MaxEntries,
            Quarantines: [],
            PossibleDeadlocks: [],
            HostAnswers.None);
    }

    /// <summary>The actors whose handlers run on a thread at this moment.</summary>
    public HashSet<Actor> BlockingThreads()
    {
        var blocking = new HashSet<Actor>();
        foreach (var cells in telemetry.Cells.All)
        {
            if (Volatile.Read(ref cells.Running) is Actor actor && cells.Thread.IsAlive)
            {
                blocking.Add(actor);
            }
        }

        return blocking;
    }

    /// <summary>
    /// Detects a handler that blocks a thread after an await: its scheduler runs nothing else meanwhile. Probes the scheduler
    /// directly, because a message would activate an actor that has just been deactivated.
    /// </summary>
    private async Task<bool> BlocksSchedulerAsync(Actor actor)
    {
        var ran = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        actor.GrainContext.Scheduler.QueueAction(static state => ((TaskCompletionSource)state).TrySetResult(), ran);
        try
        {
            await ran.Task.WaitAsync(ProbeTimeout, clock.Time).ConfigureAwait(false);
            return false;
        }
        catch (TimeoutException)
        {
            return true;
        }
    }

    /// <summary>The handlers that still run. One that has ended while the schedulers were probed is not stuck.</summary>
    private StuckHandler[] Describe(RunningTurn[] turns, bool[] blocked)
    {
        var described = turns.Select((turn, index) => (Turn: turn, View: Describe(turn, blocked[index], index < MaxStacks ? stacks.Read(turn.Actor) : null))).ToArray();
        var blocking = BlockingThreads();
        return [.. described.Where(one => one.Turn.Runs(blocking)).Select(one => one.View)];
    }

    private StuckHandler Describe(RunningTurn turn, bool blocksThread, HandlerPosition? stack)
    {
        var (actor, started, message) = turn;
        var runningFor = clock.Time.GetElapsedTime(started);
        return new StuckHandler(
            actor.AddressOf.Type, actor.AddressOf.Id, runtime.HostName, message?.Type, message?.Id, message?.CorrelationId,
            clock.Time.GetUtcNow() - runningFor, runningFor.TotalMilliseconds, blocksThread, actor.IsWaiting ? Blocked : Slow, stack);
    }

    private static IReadOnlyList<string> Closed(IReadOnlyList<string> path) =>
        path.Count > 1 && path[0] == path[^1] ? path : [.. path, path[0]];

    private IEnumerable<ActorWait> Waits(Actor actor) =>
        actors.WaitsOf(actor).Select(awaited => new ActorWait(actor.AddressOf.Type, actor.AddressOf.Id, runtime.HostName, awaited));

    /// <summary>A turn that was running when the reading began.</summary>
    internal sealed record RunningTurn(Actor Actor, long Started, ActorMessage? Message)
    {
        /// <summary>Whether it still runs: the actor awaits something in a handler or runs on a thread, and has begun no other turn.</summary>
        public bool Runs(HashSet<Actor> blocking) =>
            (Volatile.Read(ref Actor.PlaceInFlight) >= 0 || blocking.Contains(Actor)) && Actor.TurnStarted == Started
            && ReferenceEquals(Actor.RunningMessage, Message);
    }
}

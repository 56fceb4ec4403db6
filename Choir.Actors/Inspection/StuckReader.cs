using Choir.Actors.Hosting;
using Choir.Actors.Messaging;
using Choir.Actors.Telemetry;
using Microsoft.Extensions.Options;
using Orleans.Runtime;

namespace Choir.Actors.Inspection;

/// <summary>Finds this host's handlers that run too long, and who waits for whom.</summary>
internal sealed class StuckReader(
    ActorTelemetry telemetry, ActorReader actors, ProcessClock clock, ActorRuntime runtime, IOptions<ActorOptions> options)
{
    /// <summary>The handler is busy, or awaits something that is no actor.</summary>
    public const string Slow = "slow";

    /// <summary>The handler awaits another actor's answer.</summary>
    public const string Blocked = "blocked";

    /// <summary>The handler waits in a cycle.</summary>
    public const string Cycle = "cycle";

    /// <summary>The most handlers and the most waits of one host's answer, the longest first.</summary>
    private const int MaxEntries = 1_000;

    /// <summary>The most schedulers that are tried at once.</summary>
    private const int MaxProbes = 100;

    private static readonly TimeSpan ProbeLimit = TimeSpan.FromMilliseconds(500);

    /// <summary>From when on a handler is slow.</summary>
    public TimeSpan SlowAfter => options.Value.SlowAfter;

    /// <summary>For how long an actor's turn has been running.</summary>
    public TimeSpan Ran(Actor actor) => clock.Time.GetElapsedTime(actor.TurnStarted);

    /// <summary>Reads them.</summary>
    public async Task<HostStuck> ReadAsync()
    {
        var busy = new List<Actor>();
        foreach (var type in telemetry.Types)
        {
            type.InFlight.ForEach(busy.Add);
        }

        var holding = Holding();
        var slow = busy.Union(holding).Where(actor => Ran(actor) > SlowAfter).OrderByDescending(Ran).ToList();
        var waits = busy.Union(holding).Where(actor => actor.IsWaiting).SelectMany(Waits).OrderByDescending(wait => wait.For.ForMs).ToList();
        var told = slow.Take(MaxEntries).ToArray();
        var blocked = await Task.WhenAll(told.Select((actor, index) =>
            holding.Contains(actor) ? Task.FromResult(true)
            : index < MaxProbes ? HoldsSchedulerAsync(actor)
            : Task.FromResult(false)));
        return new HostStuck(
            SlowAfter.TotalMilliseconds,
            told.Select((actor, index) => Describe(actor, blocked[index])).ToArray(),
            waits.Take(MaxEntries).ToArray(),
            telemetry.Deadlocks.All(),
            slow.Count > MaxEntries || waits.Count > MaxEntries);
    }

    /// <summary>The actors whose handlers hold a thread at this moment.</summary>
    public HashSet<Actor> Holding()
    {
        var holding = new HashSet<Actor>();
        foreach (var cells in telemetry.Cells.All)
        {
            if (Volatile.Read(ref cells.Running) is { } actor && cells.Thread.IsAlive)
            {
                holding.Add(actor);
            }
        }

        return holding;
    }

    /// <summary>
    /// A handler that has awaited something and now blocks a thread is seen by its scheduler, on which nothing else runs
    /// meanwhile. Asked of the activation itself: a message might bring the actor back that has just left.
    /// </summary>
    private async Task<bool> HoldsSchedulerAsync(Actor actor)
    {
        var ran = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        actor.GrainContext.Scheduler.QueueAction(static state => ((TaskCompletionSource)state).TrySetResult(), ran);
        try
        {
            await ran.Task.WaitAsync(ProbeLimit, clock.Time).ConfigureAwait(false);
            return false;
        }
        catch (TimeoutException)
        {
            return true;
        }
    }

    private StuckHandler Describe(Actor actor, bool blocksThread)
    {
        var ran = Ran(actor);
        var message = actor.MessageInHand;
        return new StuckHandler(
            actor.AddressOf.Type, actor.AddressOf.Id, runtime.HostName, message?.Type, message?.Id, message?.CorrelationId,
            clock.Time.GetUtcNow() - ran, ran.TotalMilliseconds, blocksThread, actor.IsWaiting ? Blocked : Slow);
    }

    private IEnumerable<ActorWait> Waits(Actor actor) =>
        actors.WaitsOf(actor).Select(awaited => new ActorWait(actor.AddressOf.Type, actor.AddressOf.Id, runtime.HostName, awaited));
}

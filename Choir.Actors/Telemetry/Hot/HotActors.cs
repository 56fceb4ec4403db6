using System.Numerics;

namespace Choir.Actors.Telemetry;

/// <summary>What makes an actor hot.</summary>
internal enum HotIndicator
{
    /// <summary>Messages handled in the last minute.</summary>
    Messages,

    /// <summary>Messages failed in the last minute.</summary>
    Errors,

    /// <summary>Time in handlers in the last minute.</summary>
    Busy,

    /// <summary>Mean time in the handler in the last minute.</summary>
    ProcessingTime,

    /// <summary>Messages that wait now.</summary>
    QueueLength,

    /// <summary>The size of the stored state now.</summary>
    StateSize,
}

/// <summary>The hottest actors of one type, by each indicator.</summary>
/// <remarks>
/// The sums over the last minute are those of the window that runs and as much of the one before as still lies within a
/// minute. So there are two tables for each: who is hot in this window, and who was in the last.
/// </remarks>
internal sealed class HotActors
{
    /// <summary>How many actors each table holds: some more than are shown, because tables of hosts are merged.</summary>
    public const int Capacity = 32;

    /// <summary>The window over which messages, errors and busy time are summed.</summary>
    public static readonly TimeSpan WindowLength = TimeSpan.FromMinutes(1);

    private readonly WindowClock _windows;
    private readonly HotTable _queue = new(
        Capacity, static actor => actor.QueueLength, static (actor, isIn) => actor.Load.IsHotByQueue = isIn);

    private readonly HotTable _state = new(
        Capacity, static actor => actor.Load.StateSize, static (actor, isIn) => actor.Load.IsHotByState = isIn);

    private WindowTables _now;
    private WindowTables _before;
    private int _nextLive;
    private int _nextInFlight;

    public HotActors(WindowClock windows)
    {
        _windows = windows;
        _now = new WindowTables(windows.Current);
        _before = new WindowTables(windows.Current - 1);
    }

    /// <summary>
    /// By how many bits ticks of the clock are shifted to give the unit of <see cref="ActorLoad.Busy"/>: just so many that a
    /// minute fits into 32 bits.
    /// </summary>
    public static int BusyShift(long ticksPerSecond) =>
        Math.Max(0, BitOperations.Log2((ulong)(ticksPerSecond * WindowLength.TotalSeconds)) - 31);

    /// <summary>Counts a handled message. Called in the actor's turn.</summary>
    /// <param name="actor">The actor.</param>
    /// <param name="busy">The time in its handler, in the busy unit.</param>
    /// <param name="failed">Whether it failed.</param>
    public void Handled(Actor actor, long busy, bool failed)
    {
        ref var load = ref actor.Load;
        var now = _now;
        load.Enter(now.Window);
        load.Messages++;
        load.Busy = (uint)Math.Min(uint.MaxValue, load.Busy + busy);
        if (!load.IsHotByMessages && load.Messages > now.Messages.Threshold)
        {
            now.Messages.Offer(actor);
        }

        if (!load.IsHotByBusy && load.Busy > now.Busy.Threshold)
        {
            now.Busy.Offer(actor);
        }

        // The mean cannot pass a mark that no single message has passed.
        if (!load.IsHotByMean && busy > now.Mean.Threshold && load.Busy / (uint)load.Messages > now.Mean.Threshold)
        {
            now.Mean.Offer(actor);
        }

        if (failed)
        {
            load.Errors++;
            if (!load.IsHotByErrors && load.Errors > now.Errors.Threshold)
            {
                now.Errors.Offer(actor);
            }
        }
    }

    /// <summary>Looks at an actor whose line has grown.</summary>
    public void Queued(Actor actor)
    {
        if (!actor.Load.IsHotByQueue && actor.QueueLength > _queue.Threshold)
        {
            _queue.Offer(actor);
        }
    }

    /// <summary>Looks at an actor whose state has changed.</summary>
    public void Stored(Actor actor)
    {
        if (!actor.Load.IsHotByState && actor.Load.StateSize > _state.Threshold)
        {
            _state.Offer(actor);
        }
    }

    /// <summary>Forgets the present of an actor that has left; its last minute still counts.</summary>
    public void Left(Actor actor)
    {
        _queue.Remove(actor);
        _state.Remove(actor);
    }

    /// <summary>
    /// Begins a new window when it is time, and lets go of who has cooled. Where actors were turned away some are looked at
    /// once more, because whoever is at rest offers itself no more when the others have sunk below it: first those whose
    /// handler awaits something, before which a line forms, and all others in the course of time.
    /// </summary>
    /// <param name="live">All actors.</param>
    /// <param name="inFlight">Those whose handler awaits something.</param>
    public void Tick(LiveActors live, LiveActors inFlight)
    {
        var window = _windows.Current;
        if (window != _now.Window)
        {
            _before = window == _now.Window + 1 ? _now : new WindowTables(window - 1);
            _now = new WindowTables(window);
        }

        // A mean falls by itself, and with it the mark that others have to pass.
        _now.Mean.Refresh();
        _queue.Refresh();
        _state.Refresh();
        if (_queue.HasTurnedAway)
        {
            inFlight.ForSome(ref _nextInFlight, Queued);
        }

        if (_queue.HasTurnedAway || _state.HasTurnedAway)
        {
            live.ForSome(ref _nextLive, Reconsider);
        }
    }

    /// <summary>The hottest now, highest first.</summary>
    /// <param name="indicator">By what.</param>
    public List<HotActor> Top(HotIndicator indicator)
    {
        IEnumerable<Actor> actors = indicator switch
        {
            HotIndicator.QueueLength => _queue.Snapshot(),
            HotIndicator.StateSize => _state.Snapshot(),
            _ => _now.Of(indicator).Snapshot().Union(_before.Of(indicator).Snapshot()),
        };
        return [.. actors
            .Select(Measure)
            .GroupBy(actor => actor.Id, StringComparer.Ordinal)
            .Select(HotActor.Merge)
            .Where(actor => actor.Value(indicator) > 0)
            .OrderByDescending(actor => actor.Value(indicator))];
    }

    private void Reconsider(Actor actor)
    {
        Queued(actor);
        Stored(actor);
    }

    private HotActor Measure(Actor actor)
    {
        var load = actor.Load;
        var (window, shareBefore) = _windows.Now();
        var age = window - load.Window;
        var (messages, errors, busy) = age switch
        {
            0 => (
                load.Messages + (load.MessagesBefore * shareBefore),
                load.Errors + (load.ErrorsBefore * shareBefore),
                load.Busy + (load.BusyBefore * shareBefore)),
            1 => (load.Messages * shareBefore, load.Errors * shareBefore, load.Busy * shareBefore),
            _ => (0.0, 0.0, 0.0),
        };
        return new HotActor(
            actor.AddressOf.Type, actor.AddressOf.Id, messages, errors, busy * _windows.BusyUnitSeconds,
            actor.QueueLength, load.StateSize);
    }

    /// <summary>The tables of one window.</summary>
    private sealed class WindowTables(int window)
    {
        public int Window { get; } = window;

        public HotTable Messages { get; } = new(
            Capacity, static actor => actor.Load.Messages, static (actor, isIn) => actor.Load.IsHotByMessages = isIn);

        public HotTable Errors { get; } = new(
            Capacity, static actor => actor.Load.Errors, static (actor, isIn) => actor.Load.IsHotByErrors = isIn);

        public HotTable Busy { get; } = new(
            Capacity, static actor => actor.Load.Busy, static (actor, isIn) => actor.Load.IsHotByBusy = isIn);

        public HotTable Mean { get; } = new(
            Capacity,
            static actor => MeanOf(actor.Load),
            static (actor, isIn) => actor.Load.IsHotByMean = isIn);

        // On a copy: the actor may begin a new window, with no messages yet, at the same moment.
        private static long MeanOf(ActorLoad load) => load.Messages == 0 ? 0 : load.Busy / load.Messages;

        public HotTable Of(HotIndicator indicator) => indicator switch
        {
            HotIndicator.Messages => Messages,
            HotIndicator.Errors => Errors,
            HotIndicator.Busy => Busy,
            _ => Mean,
        };
    }
}

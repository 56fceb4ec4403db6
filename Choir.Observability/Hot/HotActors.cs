namespace Choir.Observability;

/// <summary>The indicators by which actors are ranked.</summary>
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

    /// <summary>Messages waiting now.</summary>
    QueueLength,

    /// <summary>The size of the stored state now.</summary>
    StateSize,
}

/// <summary>The hottest actors of one type, by each indicator.</summary>
/// <remarks>
/// A sum over the last minute is that of the current window plus the share of the window before that is less than a minute
/// old. So there are two tables for each indicator: one for the current window and one for the window before.
/// </remarks>
internal sealed class HotActors
{
    /// <summary>The number of actors in each table: more than are shown, because the tables of all hosts are merged.</summary>
    public const int Capacity = 32;

    public static readonly TimeSpan WindowLength = TimeSpan.FromMinutes(1);

    private readonly WindowClock _windows;
    private readonly HotTable _queue = new(
        Capacity, static actor => actor.Load.IsGone ? 0 : actor.QueueLength, static (actor, isIn) => actor.Load.IsHotByQueue = isIn);

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

    /// <summary>Counts a handled message.</summary>
    /// <param name="actor">The actor.</param>
    /// <param name="busy">The time in its handler, in ticks of the clock.</param>
    /// <param name="failed">Whether the message failed.</param>
    /// <param name="isShared">Whether other threads may count at the same time; otherwise it is called in the actor's turn.</param>
    public void Handled(IObservedActor actor, long busy, bool failed, bool isShared = false)
    {
        ref var load = ref actor.Load;
        var now = _now;
        var messages = isShared ? load.AddShared(now.Window, busy, failed) : load.Add(now.Window, busy, failed);
        if (!load.IsHotByMessages && messages > now.Messages.Threshold)
        {
            now.Messages.Offer(actor);
        }

        if (!load.IsHotByBusy && load.Busy > now.Busy.Threshold)
        {
            now.Busy.Offer(actor);
        }

        // The mean exceeds the threshold only if a single message does; the first comparison saves the division.
        if (!load.IsHotByMean && busy > now.Mean.Threshold && load.Busy / (uint)messages > now.Mean.Threshold)
        {
            now.Mean.Offer(actor);
        }

        if (failed && !load.IsHotByErrors && load.Errors > now.Errors.Threshold)
        {
            now.Errors.Offer(actor);
        }
    }

    /// <summary>Called when the queue of an actor has grown.</summary>
    public void Queued(IObservedActor actor)
    {
        if (!actor.Load.IsHotByQueue && actor.QueueLength > _queue.Threshold)
        {
            _queue.Offer(actor);
        }
    }

    /// <summary>Called when the state of an actor has changed its size.</summary>
    public void Stored(IObservedActor actor)
    {
        if (!actor.Load.IsHotByState && actor.Load.StateSize > _state.Threshold)
        {
            _state.Offer(actor);
        }
    }

    /// <summary>
    /// Removes a deactivated actor from the tables of current values, after <see cref="ActorLoad.IsGone"/> is set: an offer that runs at the same
    /// time adds it no more. The sums of its last minute still count.
    /// </summary>
    public void Left(IObservedActor actor)
    {
        _queue.Remove(actor);
        _state.Remove(actor);
    }

    /// <summary>
    /// Starts a new window when it is time, and drops actors whose value is zero. If a full table has rejected actors, some
    /// are offered again: an idle actor does not offer itself when the values of those in the table fall below its own. First
    /// all actors whose handler awaits something, because their queues grow, then the others, a chunk on each call.
    /// </summary>
    public void Tick(LiveActors live, LiveActors inFlight)
    {
        var window = _windows.Current;
        if (window != _now.Window)
        {
            _before = window == _now.Window + 1 ? _now : new WindowTables(window - 1);
            _now = new WindowTables(window);
        }

        // A mean falls when short messages follow; so does the threshold.
        _now.Mean.Refresh();
        _queue.Refresh();
        _state.Refresh();
        if (_queue.HasRejected)
        {
            inFlight.ForNextChunk(ref _nextInFlight, Queued);
        }

        if (_queue.HasRejected || _state.HasRejected)
        {
            live.ForNextChunk(ref _nextLive, Reconsider);
        }
    }

    /// <summary>The hottest actors, highest value first.</summary>
    public List<HotActor> Top(HotIndicator indicator)
    {
        IEnumerable<IObservedActor> actors = indicator switch
        {
            HotIndicator.QueueLength => _queue.Snapshot(),
            HotIndicator.StateSize => _state.Snapshot(),
            _ => _now.Of(indicator).Snapshot().Union(_before.Of(indicator).Snapshot()),
        };
        return [.. HotActor.Rank(actors.Select(Measure), indicator)];
    }

    private void Reconsider(IObservedActor actor)
    {
        Queued(actor);
        Stored(actor);
    }

    private HotActor Measure(IObservedActor actor)
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
            actor.Address.Type, actor.Address.Id, messages, errors, busy * _windows.SecondsPerTick,
            actor.QueueLength, load.StateSize);
    }

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
            Capacity, static actor => MeanOf(actor.Load), static (actor, isIn) => actor.Load.IsHotByMean = isIn);

        // By value: the actor may start a new window meanwhile, which has no messages.
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

using System.Collections.Concurrent;
using Choir.Actors.Inspection;

namespace Choir.Observability;

/// <summary>The counts of one actor type on this host, apart from those of its messages.</summary>
/// <param name="name">The name of the type.</param>
/// <param name="windows">The windows of time.</param>
/// <param name="isGrain">Whether its actors are ordinary grains, whose queues and restarts are not known.</param>
/// <param name="isSequential">Whether each of its actors handles one message after the other, as far as its class says.</param>
internal sealed class TypeTelemetry(string name, WindowClock windows, bool isGrain = false, bool isSequential = true)
{
    /// <summary>The values of <c>reason</c>, in the order of <see cref="DestroyReason"/>.</summary>
    public static readonly string[] DestroyReasons = ["idle", "deactivated", "restarted", "failed", "shutdown"];

    private readonly long[] _destroyed = new long[DestroyReasons.Length];
    private readonly ConcurrentDictionary<string, KeyCount> _changes = new(StringComparer.Ordinal);
    private long _created;
    private long _failedActivations;
    private long _restarts;
    private long _conflicts;
    private long _queueLength;
    private readonly CallWindow _activations = new(windows.Time);
    private CallWindow? _fullQueue;
    private readonly Lock _sizes = new();
    private long _stateSize;
    private bool _hasStateSize;
    private readonly bool _isSequential = isSequential;
    private int _lastOverlap = int.MinValue;

    /// <summary>The limit of state keys; changes of further ones are counted as those of <c>_other_</c>.</summary>
    public const int MaxKeys = 128;

    public string Name { get; } = name;

    /// <summary>Whether its actors are ordinary grains.</summary>
    public bool IsGrain { get; } = isGrain;

    /// <summary>
    /// Whether each of its actors handles one message after the other, and did so in the last minute. Otherwise the times of handlers that ran at
    /// once add up, so that their sum does not say how busy an actor is.
    /// </summary>
    public bool IsSequential => _isSequential && windows.Current - 1L > Volatile.Read(ref _lastOverlap);

    public KeyValuePair<string, object?> Tag { get; } = new(TelemetryNames.ActorType, name);

    public LiveActors Live { get; } = new(static actor => ref actor.Place);

    /// <summary>Actors that are being loaded: their state is read, or they start. They use the index of <see cref="Live"/>, in which they are not yet. Without ordinary grains.</summary>
    public LiveActors Loading { get; } = new(static actor => ref actor.Place);

    /// <summary>Actors whose handler awaits something.</summary>
    public LiveActors InFlight { get; } = new(static actor => ref actor.PlaceInFlight);

    public HotActors Hot { get; } = new(windows);

    public LogBudget CreatedLog { get; } = new();

    public LogBudget DestroyedLog { get; } = new();

    /// <summary>Actors activated since the start, including failed activations: minus the destroyed ones it is the number alive.</summary>
    public long Created => Interlocked.Read(ref _created);

    /// <summary>Activations of the last minute, and those of them that failed.</summary>
    public (long All, long Failed) RecentActivations
    {
        get
        {
            var read = _activations.Read();
            return (read.Calls, read.Failures);
        }
    }

    /// <summary>Messages of the last minute that were refused because the queue of their actor was full.</summary>
    public long RefusedByFullQueue => Volatile.Read(ref _fullQueue)?.Read().Calls ?? 0;

    /// <summary>Activations since the start that failed.</summary>
    public long FailedActivations => Interlocked.Read(ref _failedActivations);

    /// <summary>Why the last activation that failed did so; null if none has, or if it is not known.</summary>
    public string? ActivationError { get; private set; }

    public long Restarts => Interlocked.Read(ref _restarts);

    /// <summary>Refused writes of stale activations.</summary>
    public long Conflicts => Interlocked.Read(ref _conflicts);

    /// <summary>Messages waiting at all actors of the type.</summary>
    public long QueueLength => Math.Max(0, Interlocked.Read(ref _queueLength));

    /// <summary>The size of the states of all live actors, in bytes.</summary>
    public long StateSize => Interlocked.Read(ref _stateSize);

    /// <summary>Whether the sizes of its states are known: always for actors, for ordinary grains only if their storage reports them.</summary>
    public bool HasStateSize => !IsGrain || Volatile.Read(ref _hasStateSize);

    /// <summary>State changes by top-level key.</summary>
    public IEnumerable<KeyValuePair<string, long>> Changes => _changes.Select(change => new KeyValuePair<string, long>(change.Key, change.Value.Read()));

    /// <summary>Notes that a message is handled beside another one of its actor, such as one beside an interleaving tick of a timer, or one that comes back in a chain of calls.</summary>
    public void OnOverlapped()
    {
        if (_isSequential)
        {
            Volatile.Write(ref _lastOverlap, windows.Current);
        }
    }

    public long Destroyed(int reason) => Interlocked.Read(ref _destroyed[reason]);

    public void OnCreated(IObservedActor actor)
    {
        Loading.Remove(actor);
        Interlocked.Increment(ref _created);
        _activations.Add(TimeSpan.Zero, failed: false);
        Live.Add(actor);
    }

    /// <summary>Counts an activation that failed before it could take messages, as created and as destroyed.</summary>
    /// <param name="actor">The actor.</param>
    /// <param name="error">Why it failed; null if that is not known.</param>
    public void OnActivationFailed(IObservedActor actor, Exception? error)
    {
        Loading.Remove(actor);
        ActivationError = ErrorText.Of(error) ?? ActivationError;
        _activations.Add(TimeSpan.Zero, failed: true);
        Interlocked.Increment(ref _failedActivations);
        Interlocked.Increment(ref _created);
        Interlocked.Increment(ref _destroyed[(int)DestroyReason.Failed]);
        Leave(actor);
    }

    /// <returns>False if the actor was counted as destroyed already.</returns>
    public bool OnDestroyed(IObservedActor actor, int reason)
    {
        if (!Live.Remove(actor))
        {
            return false;
        }

        Interlocked.Increment(ref _destroyed[reason]);
        Leave(actor);
        return true;
    }

    public void OnRestarted() => Interlocked.Increment(ref _restarts);

    // Few types ever refuse a message so: the others do without the 5 KB.
    public void OnQueueFull() => LazyInitializer.EnsureInitialized(ref _fullQueue, () => new CallWindow(windows.Time)).Add(TimeSpan.Zero, failed: false);

    public void OnConflict() => Interlocked.Increment(ref _conflicts);

    /// <summary>Counts a change of a top-level key of a state.</summary>
    public void OnChanged(string key) => (_changes.TryGetValue(key, out var count) ? count : AddKey(key)).Add();

    /// <summary>Registers the keys that a state has, so that each is exported as zero from the start.</summary>
    public void KnowKeys(IEnumerable<string> keys)
    {
        foreach (var key in keys)
        {
            AddKey(key);
        }
    }

    private KeyCount AddKey(string key) =>
        _changes.GetOrAdd(_changes.Count < MaxKeys ? key : TelemetryNames.Other, static _ => new KeyCount());

    /// <param name="actor">The actor whose queue changed.</param>
    /// <param name="change">By how many messages.</param>
    public void OnQueued(IObservedActor actor, int change)
    {
        Interlocked.Add(ref _queueLength, change);
        if (change > 0)
        {
            Hot.Queued(actor);
        }
    }

    /// <summary>Sets the size of an actor's state, on any thread. That of an actor that is deactivated already stays 0: a write may end later.</summary>
    /// <param name="actor">The actor.</param>
    /// <param name="size">The size in bytes.</param>
    public void SetStateSize(IObservedActor actor, int size)
    {
        lock (_sizes)
        {
            if (actor.Load.IsGone)
            {
                return;
            }

            Set(ref actor.Load, size);
            _hasStateSize |= size > 0;
        }

        if (size > 0)
        {
            Hot.Stored(actor);
        }
    }

    private void Leave(IObservedActor actor)
    {
        lock (_sizes)
        {
            Set(ref actor.Load, 0);
            actor.Load.IsGone = true;
        }

        Hot.Left(actor);

        // A call that never ends would keep the grain in memory. One of Choir's actors may still be stopping here: its waits are shown until it has.
        if (IsGrain)
        {
            InFlight.Remove(actor);
        }
    }

    private void Set(ref ActorLoad load, int size)
    {
        Interlocked.Add(ref _stateSize, size - load.StateSize);
        load.StateSize = size;
    }

    private sealed class KeyCount
    {
        private long _count;

        public void Add() => Interlocked.Increment(ref _count);

        public long Read() => Interlocked.Read(ref _count);
    }
}

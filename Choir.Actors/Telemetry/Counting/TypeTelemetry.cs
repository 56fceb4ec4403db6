using System.Collections.Concurrent;

namespace Choir.Actors.Telemetry;

/// <summary>Why an actor leaves memory.</summary>
internal enum DestroyReason
{
    /// <summary>Nobody sent it anything for long.</summary>
    Idle,

    /// <summary>The engine or the actor itself wanted it.</summary>
    Deactivated,

    /// <summary>Its state was not the stored one any more; the next message makes it anew.</summary>
    Restarted,

    /// <summary>It could not be brought into memory.</summary>
    Failed,

    /// <summary>Its host stops.</summary>
    Shutdown,
}

/// <summary>What is counted about one actor type on this host, beside its messages.</summary>
internal sealed class TypeTelemetry(string name, WindowClock windows)
{
    /// <summary>Why actors leave: the closed list of <c>reason</c>, in the order of <see cref="DestroyReason"/>.</summary>
    public static readonly string[] DestroyReasons = ["idle", "deactivated", "restarted", "failed", "shutdown"];

    private readonly long[] _destroyed = new long[DestroyReasons.Length];
    private readonly ConcurrentDictionary<string, KeyCount> _changes = new(StringComparer.Ordinal);
    private long _created;
    private long _restarts;
    private long _conflicts;
    private long _queueLength;
    private long _stateSize;

    /// <summary>The type's name.</summary>
    public string Name { get; } = name;

    /// <summary>Its attribute on instruments.</summary>
    public KeyValuePair<string, object?> Tag { get; } = new(TelemetryNames.ActorType, name);

    /// <summary>Its live actors.</summary>
    public LiveActors Live { get; } = new(static actor => ref actor.Place);

    /// <summary>Those whose handler awaits something.</summary>
    public LiveActors InFlight { get; } = new(static actor => ref actor.PlaceInFlight);

    /// <summary>Its hottest actors.</summary>
    public HotActors Hot { get; } = new(windows);

    /// <summary>How often an actor's coming may be logged.</summary>
    public LogBudget CreatedLog { get; } = new();

    /// <summary>How often an actor's leaving may be logged.</summary>
    public LogBudget DestroyedLog { get; } = new();

    /// <summary>Actors that came since the start, those whose activation failed too: less those that left, it is those alive.</summary>
    public long Created => Interlocked.Read(ref _created);

    /// <summary>Restarts since the start.</summary>
    public long Restarts => Interlocked.Read(ref _restarts);

    /// <summary>Refused writes of stale activations since the start.</summary>
    public long Conflicts => Interlocked.Read(ref _conflicts);

    /// <summary>Messages that wait, at all actors of the type.</summary>
    public long QueueLength => Math.Max(0, Interlocked.Read(ref _queueLength));

    /// <summary>The size of all live actors' states, in bytes.</summary>
    public long StateSize => Math.Max(0, Interlocked.Read(ref _stateSize));

    /// <summary>State changes since the start, by key.</summary>
    public IEnumerable<KeyValuePair<string, long>> Changes => _changes.Select(change => new KeyValuePair<string, long>(change.Key, change.Value.Read()));

    /// <summary>Actors that left since the start, for a reason.</summary>
    public long Destroyed(int reason) => Interlocked.Read(ref _destroyed[reason]);

    /// <summary>An actor was activated.</summary>
    public void OnCreated(Actor actor)
    {
        Interlocked.Increment(ref _created);
        Live.Add(actor);
    }

    /// <summary>An actor came, but could not be brought so far that it takes messages: it leaves at once.</summary>
    public void OnActivationFailed(Actor actor)
    {
        Interlocked.Increment(ref _created);
        Interlocked.Increment(ref _destroyed[(int)DestroyReason.Failed]);
        SetStateSize(actor, 0);
        Hot.Left(actor);
    }

    /// <summary>An actor left.</summary>
    /// <returns>False if that was known already.</returns>
    public bool OnDestroyed(Actor actor, int reason)
    {
        if (!Live.Remove(actor))
        {
            return false;
        }

        Interlocked.Increment(ref _destroyed[reason]);
        SetStateSize(actor, 0);
        Hot.Left(actor);
        return true;
    }

    /// <summary>An actor was restarted.</summary>
    public void OnRestarted() => Interlocked.Increment(ref _restarts);

    /// <summary>A stale activation's write was refused.</summary>
    public void OnConflict() => Interlocked.Increment(ref _conflicts);

    /// <summary>A top-level key of a state changed.</summary>
    public void OnChanged(string key) => _changes.GetOrAdd(key, static _ => new KeyCount()).Add();

    /// <summary>The keys that a state has, so that each is exported from the start.</summary>
    public void KnowKeys(IEnumerable<string> keys)
    {
        foreach (var key in keys)
        {
            _changes.TryAdd(key, new KeyCount());
        }
    }

    /// <summary>A message waits, or no longer waits.</summary>
    public void OnQueued(Actor actor, int change)
    {
        Interlocked.Add(ref _queueLength, change);
        if (change > 0)
        {
            Hot.Queued(actor);
        }
    }

    /// <summary>An actor's state has a new size.</summary>
    public void SetStateSize(Actor actor, int size)
    {
        Interlocked.Add(ref _stateSize, size - actor.Load.StateSize);
        actor.Load.StateSize = size;
        if (size > 0)
        {
            Hot.Stored(actor);
        }
    }

    private sealed class KeyCount
    {
        private long _count;

        public void Add() => Interlocked.Increment(ref _count);

        public long Read() => Interlocked.Read(ref _count);
    }
}

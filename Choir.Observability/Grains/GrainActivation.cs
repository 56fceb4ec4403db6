using Orleans.Runtime;

namespace Choir.Observability;

/// <summary>What telemetry keeps of one activation of an ordinary grain: a component of its <see cref="IGrainContext"/>.</summary>
internal sealed class GrainActivation : IObservedActor
{
    private readonly ActorAddress _address;
    private readonly Lock _gate = new();
    private StoredState[] _states = [];
    private ActorLoad _load;
    private RunningCalls _running;
    private int _place = -1;
    private int _placeInFlight = -1;

    public GrainActivation(IGrainContext context, ObservedGrainType type, long createdAt)
    {
        (GrainContext, Type, CreatedAt) = (context, type, createdAt);

        // A key may be one that no actor can have. It is shown only.
        _address = ActorAddress.OfStored(type.Name, GrainNames.KeyOf(context.GrainId));
    }

    /// <inheritdoc/>
    public ActorAddress Address => _address;

    /// <inheritdoc/>
    public ref ActorLoad Load => ref _load;

    /// <inheritdoc/>
    public ref int Place => ref _place;

    /// <inheritdoc/>
    public ref int PlaceInFlight => ref _placeInFlight;

    /// <summary>Zero: Orleans does not tell it.</summary>
    public int QueueLength => 0;

    /// <inheritdoc/>
    public TypeTelemetry TypeTelemetry => Type.Telemetry;

    /// <inheritdoc/>
    public IGrainContext GrainContext { get; }

    /// <summary>Its calls that run.</summary>
    public ref RunningCalls Running => ref _running;

    /// <inheritdoc/>
    public long TurnStarted => _running.OldestStart;

    /// <summary>False: who waits for whom is known at the receivers of the calls.</summary>
    public bool IsWaiting => false;

    /// <inheritdoc/>
    public LogSubject Subject => new(Address, null, default, default, default);

    /// <inheritdoc/>
    public ObservedTurn[] ReadTurns() => _running.Read();

    /// <summary>Empty, as for <see cref="IsWaiting"/>.</summary>
    public AwaitedCall[] ReadWaits() => [];

    /// <summary>Null: the fields of a grain are its own matter, and its storage has no text.</summary>
    public (string Json, string? Version)? ReadState() => null;

    /// <summary>Its type.</summary>
    public ObservedGrainType Type { get; }

    /// <summary>When its instance was created, in ticks of the clock.</summary>
    public long CreatedAt { get; }

    /// <summary>Whether it was counted as activated.</summary>
    public bool IsActivated { get; set; }

    /// <summary>Notes that a call awaits something, on any thread: a call filter of the application may leave the grain's scheduler.</summary>
    public void Suspend(RunningCall call)
    {
        lock (_gate)
        {
            if (_running.Add(call))
            {
                TypeTelemetry.InFlight.Add(this);
            }
        }
    }

    /// <summary>Notes that a call that awaited something has ended, on any thread.</summary>
    public void Resume(RunningCall call)
    {
        lock (_gate)
        {
            if (_running.Remove(call))
            {
                TypeTelemetry.InFlight.Remove(this);
            }
        }
    }

    /// <summary>The size of its states, in bytes; null if it is not known.</summary>
    public int? StateSize => Volatile.Read(ref _states).Length == 0 ? null : _load.StateSize;

    /// <summary>Sets the size of one of its states, on any thread. A grain has few states.</summary>
    /// <param name="name">The storage and the name of the state.</param>
    /// <param name="size">The size in bytes; null if it is not known. Storage that tells no sizes has states of size 0: those that are not stored.</param>
    public void SetStateSize(StateName name, int? size)
    {
        lock (_gate)
        {
            var others = Array.FindAll(_states, one => one.Name != name);
            var isKnown = others.Length < _states.Length;
            if (size is { } bytes && (isKnown || (bytes > 0 && others.Length < MaxStates)))
            {
                others = [.. others, new StoredState(name, bytes)];
            }
            else if (!isKnown)
            {
                return;
            }

            Volatile.Write(ref _states, others);
            TypeTelemetry.SetStateSize(this, (int)Math.Min(int.MaxValue, others.Sum(one => (long)one.Size)));
        }
    }

    /// <summary>The most states whose sizes are kept.</summary>
    private const int MaxStates = 16;

    private readonly record struct StoredState(StateName Name, int Size);
}

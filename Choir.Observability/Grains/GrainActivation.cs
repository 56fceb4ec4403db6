using Orleans.Runtime;

namespace Choir.Observability;

/// <summary>What telemetry keeps of one activation of an ordinary grain: a component of its <see cref="IGrainContext"/>.</summary>
internal sealed class GrainActivation : IObservedActor
{
    private readonly ActorAddress _address;
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

    /// <summary>Its calls that run. Changed in its turns only.</summary>
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

    /// <summary>Sets the size of one of its states. A grain has few states.</summary>
    /// <returns>The size of all its states, in bytes.</returns>
    public int SetStateSize(string state, int size)
    {
        var index = Array.FindIndex(_states, one => one.Name == state);
        if (index >= 0)
        {
            _states[index] = new StoredState(state, size);
        }
        else if (_states.Length < MaxStates)
        {
            _states = [.. _states, new StoredState(state, size)];
        }

        return (int)Math.Min(int.MaxValue, _states.Sum(one => (long)one.Size));
    }

    /// <summary>The most states whose sizes are kept.</summary>
    private const int MaxStates = 16;

    private readonly record struct StoredState(string Name, int Size);
}

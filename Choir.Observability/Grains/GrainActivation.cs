using System.Diagnostics;
using Orleans.Runtime;

namespace Choir.Observability;

/// <summary>What telemetry keeps of one activation of an ordinary grain: a component of its <see cref="IGrainContext"/>.</summary>
internal sealed class GrainActivation : GrainObservation, IObservedActor
{
    private readonly ActorAddress _address;
    private StoredState[] _states = [];
    private ActorLoad _load;
    private RunningCalls _running;
    private CallList<OpenAsk> _asks;
    private long _deactivatingSince;
    private int _place = -1;
    private int _placeInFlight = -1;

    public GrainActivation(IGrainContext context, ObservedGrainType type, long createdAt)
    {
        (GrainContext, Type, CreatedAt) = (context, type, createdAt);

        // A key may be one that no actor can have. It is shown only.
        _address = ActorAddress.OfStored(type.Name, type.Keys.KeyOf(context.GrainId));
    }

    /// <inheritdoc/>
    public ActorAddress Address => _address;

    /// <inheritdoc/>
    public ref ActorLoad Load => ref _load;

    /// <inheritdoc/>
    public ref int Place => ref _place;

    /// <inheritdoc/>
    public ref int PlaceInFlight => ref _placeInFlight;

    /// <summary>Zero: Orleans does not report it.</summary>
    public int QueueLength => 0;

    /// <inheritdoc/>
    public TypeTelemetry TypeTelemetry => Type.Telemetry;

    /// <inheritdoc/>
    public IGrainContext GrainContext { get; }

    /// <summary>Its calls that run.</summary>
    public ref RunningCalls Running => ref _running;

    /// <summary>
    /// When its oldest call started; of an activation or a deactivation, which is not observed, when its oldest ask was sent; later than any time if nothing of this
    /// runs. Asks that nobody awaits stay open in a grain that does nothing.
    /// </summary>
    public long TurnStarted => _running.OldestStart ?? (IsStartingOrLeaving ? OldestAsk() : null) ?? long.MaxValue;

    /// <summary>Whether an ask of it is open. Always false without <see cref="ObservabilityOptions.ObserveCallers"/>: then the receivers alone know.</summary>
    public bool IsWaiting => _asks.Newest is not null;

    /// <summary>Itself, and the trace of the current span, which is that of its call if that is traced.</summary>
    public LogSubject Subject =>
        Activity.Current is { } span && TraceContext.From(span) is { IsNone: false } trace
            ? new(Address, null, default, trace.ToCorrelationId(), trace)
            : new(Address, null, default, default, default);

    /// <inheritdoc/>
    public ObservedTurn[] ReadTurns() => _running.Read();

    /// <summary>Its open asks; none without <see cref="ObservabilityOptions.ObserveCallers"/>.</summary>
    public AwaitedCall[] ReadWaits()
    {
        if (!IsWaiting)
        {
            return [];
        }

        // What has left the list may be another ask already.
        lock (this)
        {
            return [.. _asks.Read().Select(ask => ask.Call)];
        }
    }

    /// <summary>Null: the fields of a grain are its own matter, and its storage has no text.</summary>
    public (string Json, string? Version)? ReadState() => null;

    /// <summary>Its type.</summary>
    public ObservedGrainType Type { get; }

    /// <summary>When its instance was created, in ticks of the clock.</summary>
    public long CreatedAt { get; }

    /// <summary>Whether it was counted as activated.</summary>
    public bool IsActivated { get; set; }

    /// <summary>When Orleans began to deactivate it, in ticks of the clock; 0 if it did not.</summary>
    public long DeactivatingSince
    {
        get => Volatile.Read(ref _deactivatingSince);
        set => Volatile.Write(ref _deactivatingSince, value);
    }

    /// <summary>Whether what it does without a call is <c>OnActivateAsync</c> or <c>OnDeactivateAsync</c>.</summary>
    public bool IsStartingOrLeaving => !IsActivated || DeactivatingSince != 0;

    /// <summary>Notes that a call awaits something, on any thread: a call filter of the application may leave the grain's scheduler.</summary>
    public void Suspend(RunningCall call)
    {
        lock (this)
        {
            BeginWait();
            _running.Add(call);
        }
    }

    /// <summary>Notes that a call that awaited something has ended, on any thread.</summary>
    public void Resume(RunningCall call)
    {
        lock (this)
        {
            _running.Remove(call);
            EndWait();
        }
    }

    /// <summary>Notes that an ask is open, on any thread.</summary>
    public void Ask(OpenAsk ask)
    {
        lock (this)
        {
            BeginWait();
            _asks.Add(ask);
        }
    }

    /// <summary>Notes that an ask has ended, on any thread.</summary>
    public void EndAsk(OpenAsk ask)
    {
        lock (this)
        {
            _asks.Remove(ask);
            EndWait();
        }
    }

    /// <summary>The size of its states, in bytes; null if it is not known.</summary>
    public int? StateSize => Volatile.Read(ref _states).Length == 0 ? null : _load.StateSize;

    /// <summary>Sets the size of one of its states, on any thread. A grain has few states.</summary>
    /// <param name="name">The storage and the name of the state.</param>
    /// <param name="size">The size in bytes; null if it is not known. Storage that reports no sizes reports 0 for a state that is not stored.</param>
    public void SetStateSize(StateName name, int? size)
    {
        lock (this)
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

    // With the lock, as what has left the list may be another ask already.
    private long? OldestAsk()
    {
        if (!IsWaiting)
        {
            return null;
        }

        lock (this)
        {
            // One of before was made by a call, which has ended.
            return _asks.Read().Find(ask => ask.Sent >= DeactivatingSince)?.Sent;
        }
    }

    private bool HasWaits => _running.Newest is not null || _asks.Newest is not null;

    private void BeginWait()
    {
        if (HasWaits)
        {
            return;
        }

        TypeTelemetry.InFlight.Add(this);

        // After adding, so that one that leaves meanwhile is removed by one of the two.
        if (_load.IsGone)
        {
            TypeTelemetry.InFlight.Remove(this);
        }
    }

    private void EndWait()
    {
        if (!HasWaits)
        {
            TypeTelemetry.InFlight.Remove(this);
        }
    }

    private readonly record struct StoredState(StateName Name, int Size);
}

using System.Runtime.CompilerServices;
using Choir.Actors.Mailbox;
using Choir.Observability;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Choir.Actors;

/// <content>The fields that telemetry keeps in each actor, about 64 bytes, and what it reads from other threads.</content>
public abstract partial class Actor
{
    private ActorLoad _load;
    private long _turnStarted;
    private Task? _suspended;
    private int _place = -1;
    private int _placeInFlight = -1;

    /// <summary>
    /// Whether its lifecycle is logged: from its first message that is not upkeep. So activations that only health checks,
    /// timers and reminders cause are not logged.
    /// </summary>
    internal bool IsAnnounced { get; set; }

    internal ref ActorLoad Load => ref _load;

    /// <summary>Its index in the list of live actors.</summary>
    internal ref int Place => ref _place;

    /// <summary>Its index in the list of actors whose handler awaits something.</summary>
    internal ref int PlaceInFlight => ref _placeInFlight;

    internal ActorAddress AddressOf => Address;

    /// <inheritdoc/>
    ActorAddress IObservedActor.Address => Address;

    /// <inheritdoc/>
    ref ActorLoad IObservedActor.Load => ref _load;

    /// <inheritdoc/>
    ref int IObservedActor.Place => ref _place;

    /// <inheritdoc/>
    ref int IObservedActor.PlaceInFlight => ref _placeInFlight;

    /// <inheritdoc/>
    int IObservedActor.QueueLength => QueueLength;

    /// <inheritdoc/>
    TypeTelemetry IObservedActor.TypeTelemetry => _type.Telemetry;

    /// <inheritdoc/>
    long IObservedActor.TurnStarted => TurnStarted;

    /// <inheritdoc/>
    bool IObservedActor.IsWaiting => IsWaiting;

    /// <inheritdoc/>
    LogSubject IObservedActor.Subject
    {
        get
        {
            var message = Address.IsNone ? null : RunningMessage;
            return new LogSubject(
                Address, message?.Type, message?.Id ?? default, message?.CorrelationId ?? default, message?.TraceContext ?? default);
        }
    }

    /// <inheritdoc/>
    ObservedTurn[] IObservedActor.ReadTurns()
    {
        var message = RunningMessage;
        return [new ObservedTurn(TurnStarted, message?.Type, message?.Id ?? default, message?.CorrelationId ?? default, Suspended)];
    }

    /// <inheritdoc/>
    AwaitedCall[] IObservedActor.ReadWaits() => Array.ConvertAll(
        AwaitedMessages, message => new AwaitedCall(message.To.Address, message.Id, message.Type, message.SentTimestamp));

    /// <inheritdoc/>
    PendingRestart? IObservedActor.ReadRestart() => _runtime.Restarts.GetValueOrDefault(this);

    /// <inheritdoc/>
    (string Json, string? Version)? IObservedActor.ReadState() => StateForInspection();

    /// <summary>The message that it handles; null between messages.</summary>
    internal ActorMessage? RunningMessage => CurrentMessage;

    /// <summary>The start of the current turn, as a timestamp of the clock.</summary>
    internal long TurnStarted => Volatile.Read(ref _turnStarted);

    /// <summary>
    /// The task of the running handler, timer, reminder or start; null if it has not awaited anything. It is stored for those that
    /// suspend only, and nothing looks at it but <see cref="Inspection.StackReader"/>.
    /// </summary>
    internal Task? Suspended
    {
        get => Volatile.Read(ref _suspended);
        set => _suspended = value;
    }

    internal ref TurnQueue Turns => ref _turns;

    /// <summary>Waiting messages, timers, reminders and restarts.</summary>
    internal int WaitingTurns => _turns.Count + PausedCount;

    /// <summary>Those of them that wait because of a quarantine.</summary>
    internal int PausedCount => _paused?.Count ?? 0;

    /// <summary>Waiting messages, also those that are paused.</summary>
    internal int QueueLength => Math.Max(0, _turns.Messages + (_paused?.Messages ?? 0));

    /// <summary>The messages whose replies the handler awaits.</summary>
    internal ActorMessage[] AwaitedMessages => _waits.Snapshot();

    /// <summary>Whether its handler awaits the reply of another actor.</summary>
    internal bool IsWaiting => !_waits.IsEmpty;

    internal TypeTelemetry TypeTelemetry => _type.Telemetry;

    /// <summary>Its state as JSON and the stored version; null if it has no state.</summary>
    internal virtual (string Json, string? Version)? StateForInspection() => null;

    private TraceContext CurrentTrace => CurrentMessage?.SenderTrace ?? default;

    private void OnActivated(long started)
    {
        _runtime.Telemetry.Metrics.ActivationTime.RecordSafely(_runtime.Clock.Time.GetElapsedTime(started).TotalSeconds, TypeTelemetry.Tag);
        TypeTelemetry.OnCreated(this);
    }

    /// <summary>
    /// Runs work that no message caused. It is traced only if diagnostics of the actor ask for it: then in a trace of its
    /// own, linked to the span that set the timer.
    /// </summary>
    private async Task RunInTraceAsync(string what, TraceContext armedBy, Func<CancellationToken, Task> work, CancellationToken token)
    {
        var span = _runtime.Tracing.StartTurn(what, Address, armedBy);
        try
        {
            await work(token);
        }
        catch (Exception e)
        {
            _runtime.Tracing.Fail(span, e);
            throw;
        }
        finally
        {
            _runtime.Tracing.Stop(span);
        }
    }

    private void OnLeft(DestroyReason reason)
    {
        if (TypeTelemetry.OnDestroyed(this, (int)reason))
        {
            _runtime.MessageLog.Destroyed(this, reason);
        }
    }

    private void OnActivationFailed(Exception error)
    {
        TypeTelemetry.OnActivationFailed(this, error);
        _runtime.MessageLog.Destroyed(this, DestroyReason.Failed);
    }

    private DestroyReason ReasonOf(DeactivationReason reason) =>
        _isStale ? DestroyReason.Restarted : DestroyReasons.Of(reason, _runtime.IsStopping);
}

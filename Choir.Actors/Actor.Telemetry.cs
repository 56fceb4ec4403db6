using System.Runtime.CompilerServices;
using Choir.Actors.Telemetry;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Choir.Actors;

/// <content>What telemetry keeps in the actor itself, about 60 bytes, and what it reads of it from other threads.</content>
public abstract partial class Actor
{
    private ActorLoad _load;
    private long _turnStarted;
    private int _place = -1;
    private int _placeInFlight = -1;

    /// <summary>
    /// Whether its lifecycle is logged: from the first message on that is not upkeep. So an actor that only health checks, timers
    /// and reminders keep in memory comes and goes silently.
    /// </summary>
    internal bool IsAnnounced { get; set; }

    /// <summary>What the actor did lately.</summary>
    internal ref ActorLoad Load => ref _load;

    /// <summary>Its place in the list of live actors.</summary>
    internal ref int Place => ref _place;

    /// <summary>Its place in the list of actors whose handler awaits something.</summary>
    internal ref int PlaceInFlight => ref _placeInFlight;

    /// <summary>Its address, for the library.</summary>
    internal ActorAddress AddressOf => Address;

    /// <summary>The message in its hands, for the library; null between messages.</summary>
    internal ActorMessage? MessageInHand => CurrentMessage;

    /// <summary>When the running turn began, in ticks of the clock.</summary>
    internal long TurnStarted => Volatile.Read(ref _turnStarted);

    /// <summary>How many messages wait.</summary>
    internal int QueueLength => Math.Max(0, _turns.Messages);

    /// <summary>The messages whose answers the handler awaits.</summary>
    internal ActorMessage[] AwaitedMessages => _waits.Snapshot();

    /// <summary>Whether its handler awaits another actor's answer.</summary>
    internal bool IsWaiting => !_waits.IsEmpty;

    /// <summary>What is counted about its type.</summary>
    internal TypeTelemetry TypeTelemetry => _type.Telemetry;

    /// <summary>Its state for a person: JSON, version and size; null where it has none.</summary>
    internal virtual (byte[] Json, string? Version)? StateForInspection() => null;

    private void OnActivated(long started)
    {
        _runtime.Telemetry.Metrics.ActivationTime.RecordSafely(_runtime.Clock.Time.GetElapsedTime(started).TotalSeconds, TypeTelemetry.Tag);
        TypeTelemetry.OnCreated(this);
    }

    /// <summary>
    /// Work that no message began belongs to no trace, unless diagnostics of the actor ask for it: then it is one of its own,
    /// linked to what armed it.
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

    private void OnActivationFailed()
    {
        TypeTelemetry.OnActivationFailed(this);
        _runtime.MessageLog.Destroyed(this, DestroyReason.Failed);
    }

    private DestroyReason ReasonOf(DeactivationReason reason) => reason.ReasonCode switch
    {
        _ when _stale => DestroyReason.Restarted,
        _ when _runtime.IsStopping => DestroyReason.Shutdown,
        DeactivationReasonCode.ActivationIdle => DestroyReason.Idle,
        DeactivationReasonCode.ShuttingDown => DestroyReason.Shutdown,
        DeactivationReasonCode.ActivationFailed or DeactivationReasonCode.DirectoryFailure
            or DeactivationReasonCode.ActivationUnresponsive => DestroyReason.Failed,
        _ => DestroyReason.Deactivated,
    };
}

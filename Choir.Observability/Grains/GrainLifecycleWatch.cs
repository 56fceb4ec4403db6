using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using Orleans.Runtime.Diagnostics;
using Orleans.Storage;

namespace Choir.Observability;

/// <summary>Counts activations of ordinary grains, and gives each what telemetry keeps of it.</summary>
/// <remarks>Orleans reports the events of all silos of the process, in the turn of the activation and with its lock held.</remarks>
[SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "An exception here would end the activation.")]
internal sealed class GrainLifecycleWatch(
    ActorTelemetry telemetry,
    GrainTypes types,
    ILocalSiloDetails silo,
    ISiloStatusOracle status,
    StorageDecoration storage,
    TimeProvider time,
    ILogger<GrainLifecycleWatch> logger)
    : ILifecycleParticipant<ISiloLifecycle>, IObserver<GrainLifecycleEvents.LifecycleEvent>, IDisposable
{
    private readonly TelemetryFailures _failures = new(telemetry, time, logger);
    private readonly QuietLogger _logger = new(logger);
    private IDisposable? _subscription;

    /// <inheritdoc/>
    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
        nameof(GrainLifecycleWatch),
        ServiceLifecycleStage.First,
        _ =>
        {
            _subscription = GrainLifecycleEvents.AllEvents.Subscribe(this);
            if (storage.HasMissed<IGrainStorage>())
            {
                _logger.StorageMissed();
            }

            if (storage.HasMissed<IGrainStorageSerializer>())
            {
                _logger.SerializerMissed();
            }

            if (storage.HasShortLived<IGrainStorage>() || storage.HasShortLived<IGrainStorageSerializer>())
            {
                _logger.StorageNotSingleton();
            }

            return Task.CompletedTask;
        },
        _ =>
        {
            Dispose();
            return Task.CompletedTask;
        });

    /// <summary>Ends the subscription, which belongs to the process: a silo that is killed does not end its lifecycle.</summary>
    public void Dispose() => _subscription?.Dispose();

    /// <inheritdoc/>
    public void OnNext(GrainLifecycleEvents.LifecycleEvent value)
    {
        try
        {
            var context = value.GrainContext;
            if (!silo.SiloAddress.Equals(context.Address.SiloAddress))
            {
                return;
            }

            switch (value)
            {
                case GrainLifecycleEvents.Created:
                    OnCreated(context);
                    break;
                case GrainLifecycleEvents.Activated:
                    OnActivated(context);
                    break;
                case GrainLifecycleEvents.Deactivating deactivating:
                    OnDeactivating(context, deactivating.Reason);
                    break;
                case GrainLifecycleEvents.Deactivated deactivated:
                    OnDeactivated(context, deactivated.Reason);
                    break;
            }
        }
        catch (Exception e)
        {
            _failures.Report(e);
        }
    }

    /// <inheritdoc/>
    public void OnCompleted()
    {
    }

    /// <inheritdoc/>
    public void OnError(Exception error)
    {
    }

    private void OnCreated(IGrainContext context)
    {
        if (context.GrainInstance is { } grain and not IObservedActor)
        {
            var type = types.Of(context.GrainId.Type, grain);
            GrainObservation.Set(context, type is null ? null : new GrainActivation(context, type, time.GetTimestamp()));
        }
    }

    private void OnActivated(IGrainContext context)
    {
        if (GrainObservation.Of(context) is { } activation)
        {
            activation.IsActivated = true;
            telemetry.Metrics.ActivationTime.RecordSafely(time.GetElapsedTime(activation.CreatedAt).TotalSeconds, activation.TypeTelemetry.Tag);
            activation.TypeTelemetry.OnCreated(activation);
        }
    }

    private void OnDeactivating(IGrainContext context, DeactivationReason reason)
    {
        if (GrainObservation.Of(context) is not { } activation)
        {
            return;
        }

        activation.DeactivatingSince = time.GetTimestamp();
        if (activation.IsActivated && reason.ReasonCode == DeactivationReasonCode.ActivationUnresponsive)
        {
            // Orleans drops it now, and activates the grain again for the next call; that this activation has ended may never be reported.
            activation.TypeTelemetry.OnDestroyed(activation, (int)DestroyReasons.Of(reason, status.CurrentStatus.IsTerminating()));
        }
    }

    private void OnDeactivated(IGrainContext context, DeactivationReason reason)
    {
        // Without an instance, its constructor has thrown.
        var activation = GrainObservation.Of(context)
            ?? (context.GrainInstance is null && types.OfFailed(context.GrainId.Type) is { } type ? new GrainActivation(context, type, 0) : null);
        if (activation is { IsActivated: true })
        {
            activation.TypeTelemetry.OnDestroyed(activation, (int)DestroyReasons.Of(reason, status.CurrentStatus.IsTerminating()));
        }
        else if (activation is not null && reason.ReasonCode != DeactivationReasonCode.DuplicateActivation)
        {
            activation.TypeTelemetry.OnActivationFailed(activation, reason.Exception);
        }
    }
}

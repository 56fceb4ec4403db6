using System.Diagnostics.CodeAnalysis;
using Choir.Redaction;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Choir.Observability;

/// <summary>Counts what happens to the stored states of ordinary grains, on any thread. None of the methods throws.</summary>
[SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Telemetry that fails must not affect the grain.")]
internal sealed class StateWatch(ActorTelemetry telemetry, IGrainContextAccessor contexts, TimeProvider time, ILogger<StateWatch> logger)
{
    private const int MaxName = 128;

    private readonly TelemetryFailures _failures = new(telemetry, time, logger);

    /// <summary>The running activation of a grain; null if it is not observed, or if something else reads its state.</summary>
    public GrainActivation? Of(GrainId id)
    {
        try
        {
            return contexts.GrainContext is { } context && context.GrainId.Equals(id) ? GrainObservation.Of(context) : null;
        }
        catch (Exception e)
        {
            _failures.Report(e);
            return null;
        }
    }

    /// <summary>Counts a read.</summary>
    /// <param name="grain">The grain.</param>
    /// <param name="name">The storage and the name of the state.</param>
    /// <param name="state">What was read.</param>
    /// <param name="size">Its size in bytes; null if it is not known.</param>
    public void OnRead<T>(GrainActivation grain, StateName name, IGrainState<T> state, int? size) =>
        Safely(() => grain.SetStateSize(name, state.RecordExists ? size : 0));

    /// <summary>Counts a write.</summary>
    /// <param name="grain">The grain.</param>
    /// <param name="name">The storage and the name of the state.</param>
    /// <param name="size">Its size in bytes; null if it is not known.</param>
    public void OnWritten(GrainActivation grain, StateName name, int? size) => Safely(() =>
    {
        grain.SetStateSize(name, size);
        if (size is { } bytes)
        {
            telemetry.Metrics.StateSize.RecordSafely(bytes, grain.TypeTelemetry.Tag);
        }

        OnChanged(grain, name);
    });

    /// <summary>Counts a state that was removed.</summary>
    public void OnCleared(GrainActivation grain, StateName name) => Safely(() =>
    {
        grain.SetStateSize(name, 0);
        OnChanged(grain, name);
    });

    /// <summary>Counts a write that was refused, because another one came between.</summary>
    public void OnConflict(GrainActivation grain) => Safely(grain.TypeTelemetry.OnConflict);

    private void OnChanged(GrainActivation grain, StateName name)
    {
        var key = TextCut.Shorten(name.Name, MaxName);
        grain.TypeTelemetry.OnChanged(key);
        telemetry.StateChanges.Add(new StateChange(
            grain.Address.Type, grain.Address.Id, time.GetUtcNow(), Version: null, grain.StateSize, [key], Guid.Empty));
    }

    private void Safely(Action work)
    {
        try
        {
            work();
        }
        catch (Exception e)
        {
            _failures.Report(e);
        }
    }
}

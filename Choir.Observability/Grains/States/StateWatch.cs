using System.Diagnostics.CodeAnalysis;
using Choir.Redaction;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Storage;

namespace Choir.Observability;

/// <summary>Counts what happens to the stored states of ordinary grains. None of the methods throws.</summary>
[SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Telemetry that fails must not affect the grain.")]
internal sealed class StateWatch(ActorTelemetry telemetry, IGrainContextAccessor contexts, TimeProvider time, ILogger<StateWatch> logger)
{
    private const int MaxName = 128;

    private readonly LogBudget _failures = new();
    private readonly QuietLogger _logger = new(logger);

    /// <summary>The running activation of a grain; null if it is not observed, or if something else reads its state.</summary>
    public GrainActivation? Of(GrainId id)
    {
        try
        {
            return contexts.GrainContext is { } context && context.GrainId.Equals(id) ? GrainObservation.Of(context) : null;
        }
        catch (Exception e)
        {
            OnFailed(e);
            return null;
        }
    }

    /// <summary>Counts a read.</summary>
    /// <param name="grain">The grain.</param>
    /// <param name="state">The name of the state.</param>
    /// <param name="size">Its size in bytes; null if it is not known.</param>
    public void OnRead(GrainActivation grain, string state, int? size) => Safely(() =>
    {
        if (size is { } bytes)
        {
            SetSize(grain, state, bytes);
        }
    });

    /// <summary>Counts a write.</summary>
    /// <inheritdoc cref="OnRead"/>
    public void OnWritten(GrainActivation grain, string state, int? size) => Safely(() =>
    {
        if (size is { } bytes)
        {
            SetSize(grain, state, bytes);
            telemetry.Metrics.StateSize.RecordSafely(bytes, grain.TypeTelemetry.Tag);
        }

        OnChanged(grain, state);
    });

    /// <summary>Counts a state that was removed.</summary>
    public void OnCleared(GrainActivation grain, string state) => Safely(() =>
    {
        SetSize(grain, state, 0);
        OnChanged(grain, state);
    });

    /// <summary>Counts a write that was refused, because another one came between.</summary>
    public void OnConflict(GrainActivation grain) => Safely(grain.TypeTelemetry.OnConflict);

    private void OnChanged(GrainActivation grain, string state)
    {
        var key = TextCut.Shorten(state, MaxName);
        grain.TypeTelemetry.OnChanged(key);
        telemetry.StateChanges.Add(new StateChange(
            grain.Address.Type, grain.Address.Id, time.GetUtcNow(), Version: null, grain.Load.StateSize, [key], Guid.Empty));
    }

    private static void SetSize(GrainActivation grain, string state, int size) =>
        grain.TypeTelemetry.SetStateSize(grain, grain.SetStateSize(state, size));

    private void Safely(Action work)
    {
        try
        {
            work();
        }
        catch (Exception e)
        {
            OnFailed(e);
        }
    }

    private void OnFailed(Exception e)
    {
        if (_failures.Allows(time.GetTimestamp(), time.TimestampFrequency))
        {
            _logger.TelemetryFailed(e);
        }
    }
}

using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Metadata;
using Orleans.Reminders.Diagnostics;
using Orleans.Runtime;

namespace Choir.Observability;

/// <summary>Measures how late reminders are, and counts the ticks of those whose grain type no silo has any more.</summary>
/// <remarks>Orleans reports the events of all silos of the process.</remarks>
[SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "An exception here would reach the reminder service.")]
internal sealed class ReminderWatch : ILifecycleParticipant<ISiloLifecycle>, IObserver<ReminderEvents.ReminderEvent>, IDisposable
{
    /// <summary>The limit of types; further ones have the name <c>_other_</c>. What is stored may have any number of them.</summary>
    public const int MaxTypes = 256;

    // A clock that was set back a little makes a tick early: then almost a period has passed since the one before.
    private static readonly TimeSpan MaxEarly = TimeSpan.FromSeconds(1);

    private readonly ILocalSiloDetails _silo;
    private readonly IClusterManifestProvider _manifests;
    private readonly TelemetryFailures _failures;
    private readonly Histogram<double> _lateness;
    private readonly Counter<long> _orphans;
    private readonly ConcurrentDictionary<GrainType, string> _names = new();
    private IDisposable? _subscription;

    public ReminderWatch(
        ActorTelemetry telemetry, ILocalSiloDetails silo, IClusterManifestProvider manifests, TimeProvider time, ILogger<ReminderWatch> logger)
    {
        (_silo, _manifests, _failures) = (silo, manifests, new TelemetryFailures(telemetry, time, logger));
        var meter = telemetry.Metrics.Meter;
        _lateness = meter.CreateLongSecondsHistogram(
            "actor.reminder.lateness", "Time from when a reminder was due to its tick, by the wall clock of the silo; of more than a period, what is left of it.");
        _orphans = meter.CreateCounter<long>("actor.reminder.orphans", "{tick}", "Ticks of reminders whose grain type no silo has.");
    }

    /// <inheritdoc/>
    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
        nameof(ReminderWatch),
        ServiceLifecycleStage.First,
        _ =>
        {
            _subscription = ReminderEvents.AllEvents.Subscribe(this);
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
    public void OnNext(ReminderEvents.ReminderEvent value)
    {
        try
        {
            if (!_silo.SiloAddress.Equals(value.SiloAddress))
            {
                return;
            }

            switch (value)
            {
                case ReminderEvents.TickFiring tick:
                    _lateness.Record(Lateness(tick.Status).TotalSeconds, Tag(tick.GrainId.Type));
                    break;
                case ReminderEvents.TickFailed failed when !IsKnown(failed.GrainId.Type):
                    _orphans.Add(1, Tag(failed.GrainId.Type));
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

    /// <summary>How late a tick is.</summary>
    internal static TimeSpan Lateness(TickStatus tick)
    {
        if (tick.Period <= TimeSpan.Zero || tick.CurrentTickTime <= tick.FirstTickTime)
        {
            return TimeSpan.Zero;
        }

        var late = TimeSpan.FromTicks((tick.CurrentTickTime - tick.FirstTickTime).Ticks % tick.Period.Ticks);
        return tick.Period - late <= MaxEarly && late > tick.Period / 2 ? TimeSpan.Zero : late;
    }

    // A generic type is in the manifest without its arguments.
    private bool IsKnown(GrainType type)
    {
        var name = type.ToString() ?? "";
        var generic = name.IndexOf('[', StringComparison.Ordinal) is > 0 and var arguments ? GrainType.Create(name[..arguments]) : type;
        return _manifests.Current.AllGrainManifests.Any(silo => silo.Grains.ContainsKey(type) || silo.Grains.ContainsKey(generic));
    }

    private KeyValuePair<string, object?> Tag(GrainType type) => new(
        TelemetryNames.ActorType,
        _names.TryGetValue(type, out var known) ? known
        : _names.Count < MaxTypes ? _names.GetOrAdd(type, GrainNames.TypeOf(type))
        : TelemetryNames.Other);
}

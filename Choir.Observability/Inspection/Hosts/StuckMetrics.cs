using System.Diagnostics.Metrics;
using Choir.Observability;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;

namespace Choir.Actors.Inspection;

/// <summary>The metrics <c>actor.stuck</c> and <c>cluster.hosts</c>.</summary>
internal sealed class StuckMetrics : ILifecycleParticipant<ISiloLifecycle>
{
    /// <summary>The most handlers of a type that one collection checks, so that its time is bounded.</summary>
    private const int MaxChecks = 100_000;

    /// <summary>The most stacks that one collection reads of a type: of grains with several calls, each takes some hundredths of a millisecond.</summary>
    private const int MaxStacks = 1_000;

    private static readonly (SiloStatus Status, string Name)[] Statuses =
    [
        (SiloStatus.Joining, "joining"), (SiloStatus.Active, "active"), (SiloStatus.ShuttingDown, "shutting_down"),
        (SiloStatus.Stopping, "stopping"), (SiloStatus.Dead, "dead"),
    ];

    private readonly ActorTelemetry _telemetry;
    private readonly StuckReader _stuck;
    private readonly ISiloStatusOracle _members;

    public StuckMetrics(ActorTelemetry telemetry, StuckReader stuck, ISiloStatusOracle members)
    {
        (_telemetry, _stuck, _members) = (telemetry, stuck, members);
        telemetry.Metrics.Meter.CreateObservableUpDownCounter(
            "actor.stuck", Stuck, "{actor}",
            "Actors whose handler runs longer than the threshold (slow) or awaits the reply of another actor for longer than it (blocked), and deadlocks of the last minute (cycle).");
        telemetry.Metrics.Meter.CreateObservableGauge(
            "cluster.hosts", Hosts, "{host}", "Actor hosts by membership status, as this host sees them: take the maximum, not the sum.");
    }

    // The constructor creates the instruments; a silo creates all lifecycle participants at start-up.
    public void Participate(ISiloLifecycle lifecycle)
    {
    }

    private IEnumerable<Measurement<long>> Stuck()
    {
        var blocking = _stuck.BlockingThreads().ToLookup(actor => actor.TypeTelemetry);
        foreach (var type in _telemetry.Types)
        {
            var (slow, blocked) = Count(type, blocking[type]);
            yield return Of(slow, type, StuckReader.Slow);
            yield return Of(blocked, type, StuckReader.Blocked);
            yield return Of(_telemetry.Deadlocks.CountRecent(type.Name), type, StuckReader.Cycle);
        }
    }

    private (long Slow, long Blocked) Count(TypeTelemetry type, IEnumerable<IObservedActor> blocking)
    {
        long slow = 0, blocked = 0, checks = 0;
        var stacks = MaxStacks;
        type.InFlight.ForEach(Check);
        foreach (var actor in blocking)
        {
            // Another of its calls awaits something: it was checked with those, and is one actor.
            if (Volatile.Read(ref actor.PlaceInFlight) < 0)
            {
                Check(actor);
            }
        }

        return (slow, blocked);

        void Check(IObservedActor actor)
        {
            if (++checks > MaxChecks || _stuck.RunningFor(actor) <= _stuck.SlowAfter)
            {
                return;
            }

            if (_stuck.IsBlocked(actor, ref stacks))
            {
                blocked++;
            }
            else
            {
                slow++;
            }
        }
    }

    private IEnumerable<Measurement<long>> Hosts()
    {
        var statuses = _members.GetApproximateSiloStatuses().Values;
        return Statuses.Select(status => new Measurement<long>(
            statuses.Count(one => (one == SiloStatus.Created ? SiloStatus.Joining : one) == status.Status),
            new KeyValuePair<string, object?>("status", status.Name)));
    }

    private static Measurement<long> Of(long value, TypeTelemetry type, string reason) =>
        new(value, type.Tag, new KeyValuePair<string, object?>(TelemetryNames.Reason, reason));
}

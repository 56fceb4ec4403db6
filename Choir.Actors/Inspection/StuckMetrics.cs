using System.Diagnostics.Metrics;
using Choir.Actors.Telemetry;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;

namespace Choir.Actors.Inspection;

/// <summary>What of a host's inspection is a metric: how many actors are stuck, and how many hosts there are.</summary>
internal sealed class StuckMetrics : ILifecycleParticipant<ISiloLifecycle>
{
    /// <summary>The most handlers of a type that one collection looks at: it has to end.</summary>
    private const int MaxLooks = 100_000;

    // In the order of a host's life.
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
        telemetry.Metrics.Meter.CreateObservableGauge(
            "actor.stuck", Stuck, "{actor}",
            "Actors whose handler runs longer than its threshold (slow), or awaits another's answer for as long (blocked), and cycles of waits in the last minute (cycle).");
        telemetry.Metrics.Meter.CreateObservableGauge(
            "cluster.hosts", Hosts, "{host}", "Actor hosts by their standing in the cluster, as this host sees it.");
    }

    /// <inheritdoc/>
    public void Participate(ISiloLifecycle lifecycle)
    {
        // The instruments are there once this is made; a host makes all of these as it starts.
    }

    private IEnumerable<Measurement<long>> Stuck()
    {
        var holding = _stuck.Holding().ToLookup(actor => actor.TypeTelemetry);
        foreach (var type in _telemetry.Types)
        {
            var (slow, blocked) = Count(type, holding[type]);
            yield return Of(slow, type, StuckReader.Slow);
            yield return Of(blocked, type, StuckReader.Blocked);
            yield return Of(_telemetry.Deadlocks.CountRecent(type.Name), type, StuckReader.Cycle);
        }
    }

    private (long Slow, long Blocked) Count(TypeTelemetry type, IEnumerable<Actor> holding)
    {
        long slow = 0, blocked = 0, looks = 0;
        type.InFlight.ForEach(Look);
        foreach (var actor in holding)
        {
            Look(actor);
        }

        return (slow, blocked);

        void Look(Actor actor)
        {
            if (++looks > MaxLooks || _stuck.Ran(actor) <= _stuck.SlowAfter)
            {
                return;
            }

            if (actor.IsWaiting)
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

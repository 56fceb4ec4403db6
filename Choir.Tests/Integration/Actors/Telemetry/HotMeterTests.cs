using Choir.Actors;
using Choir.Observability;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Support;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Choir.Tests.Integration.Actors.Telemetry;

/// <summary>The number of series with actors' ids is bounded.</summary>
[Collection(Alone.Name)]
public sealed class HotMeterTests
{
    private const string Overflow = "otel.metric.overflow";

    [Fact]
    public async Task Ten_thousand_successive_ids_cause_no_overflow_series()
    {
        await using var cluster = await ActorCluster.StartAsync();
        var services = cluster.Cluster.Silos[0].ServiceProvider;
        var telemetry = services.GetRequiredService<ActorTelemetry>();
        var hot = services.GetRequiredService<HotMeter>();
        var metrics = new List<Metric>();
        using var provider = Sdk.CreateMeterProviderBuilder().AddChoirActorsInstrumentation().AddInMemoryExporter(metrics).Build();
        var type = telemetry.Types.Single(one => one.Name == nameof(CounterActor));

        var seen = new HashSet<string>();
        for (var round = 0; seen.Count < 10_000; round++)
        {
            foreach (var actor in await ActivateAsync(cluster, type, round))
            {
                type.SetStateSize(actor, 1_000_000 + (round * HotMeter.Count));
            }

            hot.Invalidate();
            metrics.Clear();
            provider.ForceFlush();
            var shown = Ids(metrics);
            Assert.DoesNotContain(Overflow, shown);
            Assert.InRange(shown.Count, HotMeter.Count, 6 * HotMeter.Count);
            seen.UnionWith(shown);
            hot.Tick();
        }
    }

    private static async Task<List<Actor>> ActivateAsync(ActorCluster cluster, TypeTelemetry type, int round)
    {
        var ids = Enumerable.Range(0, HotMeter.Count).Select(index => $"hot-{round}-{index}").ToHashSet();
        await Task.WhenAll(ids.Select(id => cluster.AskAsync(nameof(CounterActor), id, "READ")));
        var actors = new List<Actor>();
        type.Live.ForEach(actor =>
        {
            if (ids.Contains(actor.Address.Id))
            {
                actors.Add((Actor)actor);
            }
        });
        return actors;
    }

    private static HashSet<string> Ids(List<Metric> metrics)
    {
        var ids = new HashSet<string>();
        foreach (var metric in metrics.Where(metric => metric.Name.StartsWith("actor.hot.", StringComparison.Ordinal)))
        {
            foreach (ref readonly var point in metric.GetMetricPoints())
            {
                foreach (var tag in point.Tags)
                {
                    if (tag.Key is Overflow or TelemetryNames.ActorId)
                    {
                        ids.Add(tag.Key == Overflow ? Overflow : (string)tag.Value!);
                    }
                }
            }
        }

        return ids;
    }
}

using Choir.Tests.Support;
using Choir.Tests.Unit.Observability.Support;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Choir.Tests.Unit.Observability;

public sealed class BlockedExportTests
{
    [Fact]
    public async Task A_grain_that_blocks_its_thread_does_not_keep_metrics_from_being_exported()
    {
        var exported = new List<Metric>();
        await using var cluster = await GrainCluster.StartAsync(configureSilo: silo => silo.Services.AddOpenTelemetry().WithMetrics(metrics =>
            metrics.AddMeter("Microsoft.Orleans").AddChoirObservability().AddInMemoryExporter(exported)));
        var gate = $"{Guid.NewGuid()}";

        // Its first call: Orleans holds the activation's lock meanwhile.
        var blocking = cluster.Client.GetGrain<IWaiter>("blocking").BlockAsync(gate);
        try
        {
            await Eventually.HoldsAsync("the call to run", () => cluster.Of<global::Choir.Observability.ActorTelemetry>().Cells.All.ToArray().Any(cells => cells.Running is not null));
            var flushed = Task.Run(() => cluster.Of<MeterProvider>().ForceFlush());
            Assert.True(await flushed.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        }
        finally
        {
            Gates.Open(gate);
        }

        await blocking;
        Assert.Contains(exported, metric => metric.Name == "actor.stuck");
        Assert.Contains(exported, metric => metric.Name.StartsWith("orleans-catalog", StringComparison.Ordinal));
    }
}

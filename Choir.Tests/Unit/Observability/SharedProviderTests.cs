using Choir.Tests.Support;
using Choir.Tests.Unit.Observability.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Choir.Tests.Unit.Observability;

public sealed class SharedProviderTests
{
    [Fact]
    public async Task Silos_of_a_process_say_once_that_a_provider_outside_of_their_hosts_cannot_tell_them_apart()
    {
        using var logs = new LogCollector();
        using var provider = Sdk.CreateMeterProviderBuilder().AddChoirObservability().Build();
        await using var cluster = await GrainCluster.StartAsync(
            configureSilo: silo => silo.Services.AddLogging(logging => logging.AddProvider(logs)), silos: 2);
        await Eventually.HoldsAsync("a warning of each silo", () => Warnings() >= 2);
        var ticks = 0;
        foreach (var silo in cluster.Cluster.Silos)
        {
            foreach (var ticking in silo.ServiceProvider.GetServices<Choir.Observability.ITicking>())
            {
                ticking.Tick();
                ticks++;
            }
        }

        Assert.NotEqual(0, ticks);
        Assert.Equal(2, Warnings());

        int Warnings() => logs.Records.Count(record => record.Event == "meter_provider_shared");
    }
}

using System.Diagnostics.Metrics;
using Choir.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.TestingHost;
using Samples.Shop;

namespace Choir.Tests.Samples;

/// <summary>Runs the sample of ordinary grains with and without the one line that observes them.</summary>
public sealed class ShopTests
{
    [Fact]
    public async Task Its_answers_do_not_depend_on_the_line()
    {
        await using var plain = await StartAsync(isObserved: false);
        Assert.Equal(ShopScript.Answers, await ShopClient.RunAsync(plain.Client));
        await using var observed = await StartAsync(isObserved: true);
        Assert.Equal(ShopScript.Answers, await ShopClient.RunAsync(observed.Client));
    }

    [Fact]
    public async Task The_figures_are_those_of_the_scripted_calls()
    {
        await using var cluster = await StartAsync(isObserved: true);
        using var measurements = new Measurements(cluster.Silos[0].ServiceProvider.GetRequiredService<IMeterFactory>());
        await ShopClient.RunAsync(cluster.Client);

        // Nobody waits for one-way calls, reminders and streams.
        await Eventually.HoldsAsync("all calls to be counted", () => measurements.Look("actor.messages").Sum(one => one.Value) >= ShopScript.Count);
        ShopScript.Check(measurements.Look("message.flow").Select(one =>
            (one.Tags["source.type"], one.Tags["actor.type"], one.Tags["message.type"], one.Tags["outcome"], (int)one.Value)));
        Assert.Equal([("customer", 2), ("order", 6), ("payment", 2), ("price", 1), ("sales", 2), ("stock", 2)], ByType("actor.created"));
        Assert.Equal([("customer", 2), ("order", 6), ("payment", 2), ("price", 1), ("sales", 2), ("stock", 2)], ByType("actor.count"));
        Assert.Equal([("order", 6), ("stock", 8)], ByType("actor.state.changes"));

        List<(string, int)> ByType(string instrument) =>
        [
            .. measurements.Look(instrument).GroupBy(one => one.Tags["actor.type"]!, one => (int)one.Value)
                .OrderBy(type => type.Key, StringComparer.Ordinal).Select(type => (type.Key, type.Sum())),
        ];
    }

    private static async Task<InProcessTestCluster> StartAsync(bool isObserved)
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.UseLittleMemory().UseShop();
            if (isObserved)
            {
                silo.AddChoirObservability();
            }
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return cluster;
    }
}

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
    private static readonly string[] Answers =
    [
        "There are 30 apples.", "There are 5 pears.",
        "Ann gets 4 apples for 24.", "Ann gets 5 pears for 25.", "Ben gets 10 apples for 60.", "Ann gets 6 apples for 36.",
        "There are no 1 pears.", "Ben cannot pay 54.",
    ];

    // What the client does, and what the grains do because of it.
    private static readonly (string Source, string Type, string Method, int Ok, int Errors)[] Calls =
    [
        ("gateway", "stock", "IStock.FillAsync", 2, 0),
        ("order", "stock", "IStock.FillAsync", 1, 0),
        ("order", "stock", "IStock.TakeAsync", 6, 0),
        ("gateway", "order", "IOrder.PlaceAsync", 6, 0),
        ("order", "price", "IPrice.OfAsync", 6, 0),
        ("order", "payment", "IPayment.PayAsync", 4, 1),
        ("order", "customer", "ICustomer.TellAsync", 6, 0),
        ("host", "order", "IRemindable.ReceiveReminder", 4, 0),
    ];

    [Fact]
    public async Task Its_answers_do_not_depend_on_the_line()
    {
        await using var plain = await StartAsync(isObserved: false);
        Assert.Equal(Answers, await ShopClient.RunAsync(plain.Client));
        await using var observed = await StartAsync(isObserved: true);
        Assert.Equal(Answers, await ShopClient.RunAsync(observed.Client));
    }

    [Fact]
    public async Task The_figures_are_those_of_the_scripted_calls()
    {
        await using var cluster = await StartAsync(isObserved: true);
        using var measurements = new Measurements(cluster.Silos[0].ServiceProvider.GetRequiredService<IMeterFactory>());
        await ShopClient.RunAsync(cluster.Client);

        // Nobody waits for one-way calls and reminders.
        var expected = Calls.Sum(call => call.Ok + call.Errors);
        await Eventually.HoldsAsync("all calls to be counted", () => measurements.Look("actor.messages").Sum(one => one.Value) >= expected);
        var flow = measurements.Look("message.flow");
        Assert.Equal(expected, flow.Sum(one => one.Value));
        foreach (var (source, type, method, ok, errors) in Calls)
        {
            Assert.Equal((method, source, ok, errors), (method, source, Of("ok"), Of("error")));

            int Of(string outcome) => (int)flow
                .Where(one => one.Tags["source.type"] == source && one.Tags["actor.type"] == type && one.Tags["message.type"] == method && one.Tags["outcome"] == outcome)
                .Sum(one => one.Value);
        }

        Assert.Equal([("customer", 2), ("order", 6), ("payment", 2), ("price", 1), ("stock", 2)], ByType("actor.created"));
        Assert.Equal([("customer", 2), ("order", 6), ("payment", 2), ("price", 1), ("stock", 2)], ByType("actor.count"));
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

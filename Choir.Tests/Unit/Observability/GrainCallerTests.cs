using System.Diagnostics.Metrics;
using Choir.Actors;
using Choir.Observability;
using Choir.Tests.Support;
using Choir.Tests.Unit.Observability.Support;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Choir.Tests.Unit.Observability;

/// <summary>What <see cref="ObservabilityOptions.ObserveCallers"/> counts.</summary>
public sealed class GrainCallerTests
{
    private const string AskTime = "ask.time";

    [Fact]
    public async Task Without_the_setting_there_is_no_filter_of_outgoing_calls_and_no_ask_is_counted()
    {
        await using var cluster = await GrainCluster.StartAsync();
        await cluster.Client.GetGrain<IShelf>("a").BorrowAsync("b", 1);
        Assert.Empty(cluster.Of<IEnumerable<IOutgoingGrainCallFilter>>());
        Assert.Empty(cluster.Client.ServiceProvider.GetServices<IOutgoingGrainCallFilter>());
        Assert.Empty(cluster.Measurements.Of(AskTime));
    }

    [Fact]
    public async Task Asks_are_counted_where_they_are_made_by_the_types_of_both_sides()
    {
        await using var cluster = await StartAsync();
        using var ofClient = new Measurements(cluster.Client.ServiceProvider.GetRequiredService<IMeterFactory>());
        var shelf = cluster.Client.GetGrain<IShelf>("a");
        for (var call = 0; call < 3; call++)
        {
            await shelf.PutAsync(1);
        }

        await Assert.ThrowsAsync<NotSupportedException>(() => shelf.DropAsync("Too heavy."));
        await shelf.WipeAsync();
        await shelf.BorrowAsync("b", 1);
        await cluster.Client.GetGrain<IBox<int>>("c").KeepAsync(1);
        await cluster.Of<IGrainFactory>().GetGrain<IShelf>("b").LookAsync();
        await cluster.Of<IGrainFactory>().GetGrain<ILedgerBook>("day-1").WriteAsync("text");

        // An answer may be here a moment before its call is counted.
        await Eventually.HoldsAsync("nine asks", () => ofClient.Of(AskTime).Count + cluster.Measurements.Of(AskTime).Count == 9);
        Assert.Equal(
            ["gateway box`1[[int]] ok 1", "gateway shelf error 1", "gateway shelf ok 4"], Asks(ofClient));
        Assert.Equal(["host ledger_book ok 1", "host shelf ok 1", "shelf shelf ok 1"], Asks(cluster.Measurements));
    }

    [Fact]
    public async Task Asks_that_time_out_or_are_cancelled_count_as_such()
    {
        await using var cluster = await StartAsync();
        using var ofClient = new Measurements(cluster.Client.ServiceProvider.GetRequiredService<IMeterFactory>());
        var gate = $"{Guid.NewGuid()}";
        await Assert.ThrowsAsync<TimeoutException>(() => cluster.Client.GetGrain<IWaiter>("a").TireAsync(gate));
        using var cancellation = new CancellationTokenSource();
        var asked = cluster.Client.GetGrain<IWaiter>("b").GiveUpAsync(gate, cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        await Eventually.HoldsAsync("two asks", () => ofClient.Of(AskTime).Count == 2);
        Assert.Equal(["gateway waiter timeout 2"], Asks(ofClient));
        Gates.Open(gate);
    }

    public static TheoryData<Exception?, string> Ends { get; } = new()
    {
        { null, "ok" },
        { new InvalidOperationException(), "error" },
        { new TimeoutException(), "timeout" },
        { new OperationCanceledException(), "timeout" },
        { new SiloUnavailableException(), "unknown" },
        { new GatewayTooBusyException(), "rejected" },
    };

    [Theory]
    [MemberData(nameof(Ends), DisableDiscoveryEnumeration = true)]
    public void The_outcome_of_an_ask_is_that_of_what_ends_it(Exception? exception, string outcome) =>
        Assert.Equal(outcome, CallerCalls.OutcomeOf(exception).Name());

    [Fact]
    public void Callers_cannot_make_more_series_than_the_limit()
    {
        var asks = new AskTable();
        var pairs = new CallerPairs(asks, TelemetryNames.Host);
        for (var number = 0; number < 2 * CallerPairs.MaxPairs; number++)
        {
            Assert.True(pairs.Of(GrainType.Create($"caller-{number}"), GrainType.Create("called")).IsFromGrain);
        }

        Assert.Equal((AskTable.MaxPairs + 1) * Outcomes.Count, asks.All.Length);
        var own = pairs.Of(default, GrainType.Create("called"));
        Assert.False(own.IsFromGrain);
        Assert.Same(pairs.Of(GrainType.Create("caller-1"), GrainType.Create("called")), pairs.Of(GrainType.Create("caller-1"), GrainType.Create("called")));
    }

    private static Task<GrainCluster> StartAsync() => GrainCluster.StartAsync(
        options => options.ObserveCallers = true, configureClient: client => client.AddChoirObservability(options => options.ObserveCallers = true));

    private static string[] Asks(Measurements measurements) =>
        [.. measurements.Of(AskTime)
            .GroupBy(one => $"{one.Tags["source.type"]} {one.Tags["actor.type"]} {one.Tags["outcome"]}")
            .Select(group => $"{group.Key} {group.Count()}").Order(StringComparer.Ordinal)];
}

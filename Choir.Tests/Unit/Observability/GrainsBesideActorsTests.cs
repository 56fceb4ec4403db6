using Choir.Actors;
using Choir.Actors.Inspection;
using Choir.Actors.Operations;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Support;
using Choir.Tests.Unit.Observability.Support;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Storage;

namespace Choir.Tests.Unit.Observability;

public sealed class GrainsBesideActorsTests
{
    private const string Counter = nameof(CounterActor);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Actors_in_an_observed_silo_are_counted_once_and_grains_beside_them()
    {
        await using var cluster = await ActorCluster.StartAsync(configureSilo: silo =>
        {
            silo.AddMemoryGrainStorage("grains");
            silo.Services.AddSingleton(services => services.GetRequiredKeyedService<IGrainStorage>("grains"));
            silo.AddChoirObservability();
        });
        using var measurements = cluster.Measure();
        for (var message = 0; message < 4; message++)
        {
            await cluster.AskAsync(Counter, "a", "INCREMENT", new { by = 1 });
        }

        await cluster.Cluster.Client.GetGrain<IShelf>("a").PutAsync(1);
        await cluster.Cluster.Client.GetGrain<ILedgerBook>("a").WriteAsync("text");
        Assert.Equal(4, Sum("actor.messages", Counter));
        Assert.Equal(4, Sum("message.flow", Counter));
        Assert.Equal(1, Sum("actor.created", Counter));
        Assert.Equal(4, Sum("actor.state.changes", Counter));
        Assert.Equal(1, Sum("actor.messages", "shelf"));
        Assert.Equal(1, Sum("actor.state.changes", "ledger_book"));

        double Sum(string instrument, string type) => measurements.Look(instrument).Where(one => one.Tags["actor.type"] == type).Sum(one => one.Value);
    }

    [Fact]
    public async Task Actors_and_the_grains_beside_them_are_inspected_together_and_only_actors_are_operated()
    {
        await using var cluster = await ActorCluster.StartAsync(configureSilo: silo => silo.AddChoirObservability());
        await cluster.Cluster.Client.GetGrain<IShelf>("a").PutAsync(1);
        await cluster.AskAsync(Counter, "a", "READ");
        var types = (await cluster.Of<IActorInspection>().TypesAsync(Token)).Types;
        Assert.Equal((false, 0L), (Assert.Single(types, type => type.Type == Counter).IsGrain, types.Single(type => type.Type == Counter).QueueLength));
        Assert.True(Assert.Single(types, type => type.Type == "shelf").IsGrain);

        var operations = cluster.Of<IActorOperations>();
        var refused = await Assert.ThrowsAsync<ActorErrorException>(() => operations.RestartAsync(new ActorAddress("shelf", "a"), Token));
        Assert.Equal(ErrorCodes.InvalidData, refused.Error.Code);
        Assert.Contains("ordinary grains", refused.Message, StringComparison.Ordinal);
    }
}

using Choir.Actors.Inspection;
using Choir.Observability;
using Choir.Tests.Support;
using Choir.Tests.Unit.Observability.Support;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Choir.Tests.Unit.Observability;

public sealed class GrainRepartitioningTests
{
    private const int Pairs = 30;

    [Fact]
    public async Task Figures_stay_exact_while_Orleans_moves_grains_to_those_that_they_call()
    {
        await using var cluster = await GrainCluster.StartAsync(silos: 2, configureSilo: Repartition);
        ActorTelemetry[] silos = [.. cluster.Cluster.Silos.Select(silo => silo.ServiceProvider.GetRequiredService<ActorTelemetry>())];
        var calls = 0;
        await Eventually.HoldsAsync("some grains to move", async () =>
        {
            for (var pair = 0; pair < Pairs; pair++)
            {
                await cluster.Client.GetGrain<IShelf>($"from-{pair}").BorrowAsync($"to-{pair}", 1);
                calls++;
            }

            return Shelves().Sum(type => type.Destroyed((int)DestroyReason.Deactivated)) > 5;
        });
        var inspection = cluster.Of<IActorInspection>();
        var view = await Eventually.GivesAsync("each grain to be in memory once", async () =>
            (await inspection.TypesAsync(TestContext.Current.CancellationToken)).Types.SingleOrDefault(type => type is { Type: "shelf", Count: 2 * Pairs }));
        Assert.Equal(0, Shelves().Sum(type => type.FailedActivations + type.Destroyed((int)DestroyReason.Failed)));
        Assert.Equal((calls, calls), (Count("IShelf.BorrowAsync"), Count("IShelf.PutAsync")));
        Assert.Equal((2L * calls, 0L), (view.Messages, view.Errors));

        IEnumerable<TypeTelemetry> Shelves() => silos.SelectMany(silo => silo.Types).Where(type => type.Name == "shelf");

        int Count(string method) => (int)silos.Sum(silo => silo.Kinds.ToArray().Where(kind => kind.MessageType == method).Sum(silo.Metrics.CountOf));
    }

    private static void Repartition(ISiloBuilder silo)
    {
#pragma warning disable ORLEANSEXP001 // Applications use it.
        silo.AddActivationRepartitioner();
#pragma warning restore ORLEANSEXP001
        silo.Configure<ActivationRepartitionerOptions>(options => (options.MinRoundPeriod, options.MaxRoundPeriod, options.RecoveryPeriod) =
            (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(500)));
    }
}

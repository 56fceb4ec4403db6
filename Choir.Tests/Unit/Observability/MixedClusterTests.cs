using System.Collections.Immutable;
using System.Net;
using Choir.Actors.Inspection;
using Choir.Tests.Support;
using Choir.Tests.Unit.Observability.Support;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Metadata;
using Orleans.Runtime;
using Orleans.TestingHost;

namespace Choir.Tests.Unit.Observability;

/// <summary>Clusters in which some silos have the line and others have not.</summary>
public sealed class MixedClusterTests
{
    private static readonly GrainType Inspection = GrainType.Create(ActorInspectionGrain.Type);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_silo_without_the_line_is_not_missing()
    {
        var builder = new InProcessTestClusterBuilder(3);
        builder.ConfigureSilo((options, silo) =>
        {
            silo.UseLittleMemory().AddMemoryGrainStorageAsDefault();
            if (options.SiloName != "Silo_1")
            {
                silo.AddChoirObservability();
            }
        });
        await using var cluster = builder.Build();
        await cluster.DeployAsync(Token);
        var inspection = cluster.Silos[0].ServiceProvider.GetRequiredService<IActorInspection>();
        await Eventually.HoldsAsync("all manifests to be known", async () => await inspection.TypesAsync(Token) is
        {
            Hosts: { Answered: ["Silo_0", "Silo_2"], Missing: [] },
        });

        // Orleans places them on any silo; those on the one without the line are not seen.
        await Task.WhenAll(Enumerable.Range(0, 30).Select(number => cluster.Client.GetGrain<IShelf>($"{number}").PutAsync(1)));
        Assert.Contains((await inspection.TypesAsync(Token)).Types, type => type.Type == "shelf");
    }

    [Fact]
    public void A_silo_is_left_out_only_if_its_manifest_is_known_and_has_no_mark()
    {
        var silo = SiloAddress.New(IPAddress.Loopback, 1, 1);
        var marked = new Dictionary<string, string>();
        new InspectionManifest().Populate(typeof(ActorInspectionGrain), Inspection, marked);
        Assert.False(InspectionManifest.LeavesOut(Cluster([]), silo));
        Assert.True(InspectionManifest.LeavesOut(Cluster([new(silo, ManifestOf([]))]), silo));
        Assert.False(InspectionManifest.LeavesOut(Cluster([new(silo, ManifestOf(marked))]), silo));
    }

    private static ClusterManifest Cluster(KeyValuePair<SiloAddress, GrainManifest>[] silos) => new(MajorMinorVersion.Zero, silos.ToImmutableDictionary());

    // The assemblies of a silo, so also the grain's type, are the same without the line.
    private static GrainManifest ManifestOf(Dictionary<string, string> properties) => new(
        ImmutableDictionary<GrainType, GrainProperties>.Empty.Add(Inspection, new GrainProperties(properties.ToImmutableDictionary(StringComparer.Ordinal))),
        ImmutableDictionary<GrainInterfaceType, GrainInterfaceProperties>.Empty);
}

using Choir.Actors;
using Choir.Actors.Inspection;
using Choir.Actors.Operations;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Support;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;

namespace Choir.Tests.Unit.Actors.Inspection;

/// <summary>A cluster that is inspected from its client.</summary>
public sealed class InspectedCluster : IAsyncDisposable
{
    private readonly string _name = Guid.NewGuid().ToString("n");
    private int _ids;

    private InspectedCluster(ActorCluster actors) => Actors = actors;

    public ActorCluster Actors { get; }

    public IActorInspection Inspection => Actors.Cluster.Client.ServiceProvider.GetRequiredService<IActorInspection>();

    public IActorOperations Operations => Actors.Cluster.Client.ServiceProvider.GetRequiredService<IActorOperations>();

    public static async Task<InspectedCluster> StartAsync(
        short silos = 2, Action<ActorOptions>? configure = null, Action<ISiloBuilder>? configureSilo = null) =>
        new(await ActorCluster.StartAsync(silos, configure, configureSilo));

    /// <summary>The name of a gate that no other test uses.</summary>
    public string Gate() => $"{_name}-gate-{_ids++}";

    /// <summary>Activates an actor on a host that has none of the given actors.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> NewActorAsync(params string[] notWith)
    {
        var excluded = new HashSet<string>();
        foreach (var id in notWith)
        {
            excluded.Add(await HostOfAsync(id));
        }

        string? found = null;
        await Eventually.HoldsAsync("an actor on another host", async () =>
        {
            var id = $"{_name}-{_ids++}";
            await Actors.AskAsync(nameof(ErrandActor), id, "IDLE");
            found = id;
            return !excluded.Contains(await HostOfAsync(id));
        });
        return found!;
    }

    public async Task<string> HostOfAsync(string id) =>
        (await Inspection.ActorAsync(new ActorAddress(nameof(ErrandActor), id), TestContext.Current.CancellationToken)).Live!.Host;

    public ValueTask DisposeAsync() => Actors.DisposeAsync();
}

using Choir.Actors;
using Choir.Actors.Messaging;
using Choir.Tests.Unit.Actors.Support;
using Orleans.Runtime;

namespace Choir.Tests.Unit.Actors;

public class GrainCacheTests
{
    [Fact]
    public async Task Handles_of_more_actors_than_it_holds_stay_those_of_their_ids()
    {
        await using var cluster = await ActorCluster.Start();
        var cache = new GrainCache();
        var ids = Enumerable.Range(0, 20_000).Select(index => $"actor-{index}").ToList();
        foreach (var id in ids)
        {
            cache.Keep(id, cluster.Cluster.Client.GetGrain<IActorGrain>(GrainId.Create(TestActor.TypeName, id)));
        }

        var kept = ids.Where(id => cache.Find(id) is not null).ToList();
        Assert.InRange(kept.Count, 1_000, 4_096);
        Assert.All(kept, id => Assert.Equal(id, cache.Find(id)!.GetPrimaryKeyString()));
        Assert.Null(cache.Find("another"));
    }
}

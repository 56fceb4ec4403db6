using Choir.Actors;
using Choir.Actors.Hosting;
using Choir.Actors.Messaging;
using Choir.Tests.Unit.Actors.Support;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace Choir.Tests.Unit.Actors;

public class KnownActorsTests
{
    [Fact]
    public async Task More_actors_than_slots_are_found_with_their_own_grain_reference_or_not_at_all()
    {
        await using var cluster = await ActorCluster.StartAsync();
        var types = cluster.Cluster.Client.ServiceProvider.GetRequiredService<ClusterActorTypes>();
        var known = new KnownActors();
        var addresses = Enumerable.Range(0, 3 * KnownActors.SlotCount).Select(index => new ActorAddress(TestActor.TypeName, $"actor-{index}")).ToList();
        Assert.True(types.TryGet(TestActor.TypeName, now: 0, out var type));
        foreach (var address in addresses)
        {
            known.Add(address, new KnownActor(type, address.Id, types.GrainOf(address)));
        }

        var found = addresses.Where(address => known.TryFind(address, out _)).ToList();
        Assert.InRange(found.Count, KnownActors.SlotCount / 4, KnownActors.SlotCount);
        Assert.All(found, address =>
        {
            Assert.True(known.TryFind(address, out var actor));
            Assert.Equal(address, actor.Address);
            Assert.Equal(address.Id, actor.Grain.GetPrimaryKeyString());
        });
        Assert.False(known.TryFind(new ActorAddress(TestActor.TypeName, "another"), out _));
    }

    [Fact]
    public void Actors_of_several_types_with_the_same_id_have_separate_slots()
    {
        var known = new KnownActors();
        var addresses = new[] { "gather_actor", "imagine_actor", "digest_actor", "thread_actor" }.Select(type => new ActorAddress(type, "0198a4c2")).ToList();
        foreach (var address in addresses)
        {
            known.Add(address, new KnownActor(new KnownType(address.Type, []), address.Id, Grain: null!));
        }

        Assert.All(addresses, address => Assert.True(known.TryFind(address, out var actor) && actor.Address == address));
    }

    [Fact]
    public async Task An_actor_that_was_looked_up_is_found_in_the_cache()
    {
        await using var cluster = await ActorCluster.StartAsync();
        var types = cluster.Cluster.Client.ServiceProvider.GetRequiredService<ClusterActorTypes>();
        var address = new ActorAddress(TestActor.TypeName, "a");

        Assert.True(types.TryFind(address, now: 0, out var first));
        Assert.True(types.TryFind(address, now: long.MaxValue / 2, out var second));
        Assert.Same(first.Grain, second.Grain);
        Assert.False(types.TryFind(new ActorAddress("no_such_type", "a"), now: 0, out _));
    }

    [Fact]
    public async Task A_read_during_a_write_returns_a_consistent_actor()
    {
        await using var cluster = await ActorCluster.StartAsync();
        var types = cluster.Cluster.Client.ServiceProvider.GetRequiredService<ClusterActorTypes>();
        var known = new KnownActors();
        var type = new KnownType(TestActor.TypeName, []);
        var addresses = Enumerable.Range(0, 8 * KnownActors.SlotCount).Select(index => new ActorAddress(type.Name, $"{index}")).ToArray();
        var writer = Task.Run(
            () => Array.ForEach(addresses, address => known.Add(address, new KnownActor(type, address.Id, types.GrainOf(address)))),
            TestContext.Current.CancellationToken);

        var found = 0;
        while (!writer.IsCompleted || found == 0)
        {
            foreach (var address in addresses)
            {
                if (known.TryFind(address, out var actor))
                {
                    found++;
                    Assert.Equal(address.Id, actor.Grain.GetPrimaryKeyString());
                }
            }
        }

        await writer;
    }
}

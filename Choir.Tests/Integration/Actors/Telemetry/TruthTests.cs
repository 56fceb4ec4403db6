using Choir.Actors;
using Choir.Actors.Messaging;
using Choir.Observability;
using Choir.Tests.Support;
using Choir.Tests.Support.Hostile;
using Choir.Tests.Unit.Actors.Support;
using Choir.Tests.Unit.Actors.Telemetry.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using Orleans.TestingHost;

namespace Choir.Tests.Integration.Actors.Telemetry;

/// <summary>Figures are correct when clocks differ, activations fail and hosts are killed.</summary>
public sealed class TruthTests
{
    private const string Probe = nameof(ProbeActor);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(-7_200, 31)]
    [InlineData(2, 120)]
    [InlineData(7_200, -120)]
    public async Task With_a_wrong_wall_clock_on_one_host_that_is_set_meanwhile_nothing_expires_and_queue_times_stay_correct(int off, int step)
    {
        var wrong = new SteppedClock();
        wrong.StepWall(TimeSpan.FromSeconds(off));
        await using var cluster = await ActorCluster.StartAsync(silos: 2, configureSilo: silo => silo.Services.AddSingleton(services =>
        {
            // As two processes; the wall clock of the second one is wrong.
            var isFirst = services.GetRequiredService<ILocalSiloDetails>().Name.EndsWith('0');
            return new ProcessClock(isFirst ? TimeProvider.System : wrong) { Owner = isFirst ? 101 : 201 };
        }));
        await Parallel.ForAsync(0, 100, Token, async (number, _) =>
        {
            if (number == 50)
            {
                wrong.StepWall(TimeSpan.FromSeconds(step));
            }

            // Actors are placed on both hosts.
            string[] chain = [$"{number}-1", $"{number}-2", $"{number}-3"];
            var hops = (await cluster.AskAsync(nameof(HopActor), $"{number}-0", "HOP", new Hop(chain))).Read<Hopped[]>();
            Assert.Equal([$"{number}-0", .. chain], hops.Select(hop => hop.Id));
        });

        var differs = 0;
        foreach (var silo in new[] { 0, 1 })
        {
            var frequency = cluster.Of<ActorTelemetry>(silo).Frequency;
            var records = cluster.RecordsOf(nameof(HopActor), silo);
            Assert.All(records, record => Assert.Equal(Outcome.Ok, record.Outcome));

            // Of a message that was slow while the wall clock was set the queue time is unknown, but never wrong.
            var known = records.FindAll(record => record.Queue != MessageRecord.UnknownQueue);
            Assert.NotEmpty(known);
            Assert.All(known, record => Assert.InRange(record.Queue, 0, 25 * frequency));
            differs += records.Count(record => record.SenderId is not null && cluster.RecordsOf(nameof(HopActor), 1 - silo).Exists(
                other => other.ActorId == record.SenderId));
        }

        Assert.True(differs > 0, "No message crossed from one host to the other.");
    }

    [Fact]
    public async Task The_count_of_actors_is_that_of_Orleans_after_activations_failures_and_deactivations()
    {
        await using var cluster = await ActorCluster.StartAsync();
        await Parallel.ForAsync(0, 200, Token, async (number, _) =>
        {
            await cluster.AskAsync(Probe, $"{number}", "WRITE", new Note("here"));
            if (number % 10 == 0)
            {
                await Assert.ThrowsAsync<ActorUnavailableException>(() => cluster.AskAsync(Probe, $"broken-{number}", "DO"));
            }
        });
        await AgreesAsync(200);
        await Parallel.ForAsync(0, 150, Token, async (number, _) =>
            await cluster.Cluster.DeactivateAsync(GrainId.Create(Probe, $"{number}")));
        await AgreesAsync(50);
        var type = cluster.TypeOf(Probe);
        var destroyed = Enumerable.Range(0, TypeTelemetry.DestroyReasons.Length).Sum(type.Destroyed);
        Assert.Equal((220, 170, 20), (type.Created, destroyed, type.Destroyed((int)DestroyReason.Failed)));

        // Failed activations and deactivated actors have no state in memory.
        Assert.Equal(50 * ActorJson.Serialize(new ProbeState("here", 1)).Length, type.StateSize);

        async Task AgreesAsync(int count)
        {
            await Eventually.HoldsAsync($"{count} actors in Orleans", async () => await OrleansCountAsync(cluster) == count);
            await Eventually.HoldsAsync($"{count} actors in telemetry", () => ExportedCount(cluster, 0) == count);
        }
    }

    [Fact]
    public async Task Actors_that_Orleans_dropped_without_deactivation_are_no_longer_counted_and_are_logged_once()
    {
        using var logs = new LogCollector();
        await using var cluster = await ActorCluster.StartAsync(
            configureSilo: silo => silo.Services.AddLogging(logging => logging.AddProvider(logs)));
        var type = cluster.TypeOf(Probe);
        foreach (var id in new[] { "stays", "one", "other" })
        {
            await cluster.AskAsync(Probe, id, "WRITE", new Note(id));
        }

        foreach (var id in new[] { "one", "other" })
        {
            // Added again, as if its deactivation had not been reported.
            var actor = type.Live.Find(id)!;
            var size = actor.Load.StateSize;
            await cluster.Cluster.DeactivateAsync(GrainId.Create(Probe, id));
            await Eventually.HoldsAsync("it to be deactivated", () => type.Live.Find(id) is null);
            actor.Load.IsGone = false;
            type.SetStateSize(actor, size);
            type.OnCreated(actor);
        }

        await Eventually.HoldsAsync("the count to be that of Orleans", () => type.Live.Count == 1);
        Assert.Equal(1, await OrleansCountAsync(cluster));
        Assert.NotNull(type.Live.Find("stays"));
        Assert.Equal(ActorJson.Serialize(new ProbeState("stays", 1)).Length, type.StateSize);
        Assert.Equal((5, 2), (type.Created, type.Destroyed((int)DestroyReason.Failed)));
        Assert.Equal(2, logs.Records.Where(record => record.Event == "actor_count_corrected").Sum(record => Convert.ToInt32(record.Fields["count"])));
    }

    [Fact]
    public async Task The_state_of_a_failed_activation_is_not_counted()
    {
        await using var cluster = await ActorCluster.StartAsync();
        cluster.Storage.Overwrite(Probe, "broken", new ProbeState(new string('x', 1_000)));
        for (var i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<ActorUnavailableException>(() => cluster.AskAsync(Probe, "broken", "DO"));
        }

        var type = cluster.TypeOf(Probe);
        Assert.Equal((0, 0), (type.Live.Count, type.StateSize));
        Assert.Empty(type.Hot.Top(HotIndicator.StateSize));
    }

    [Fact]
    public async Task After_a_host_was_killed_the_other_host_counts_all_actors()
    {
        const int Actors = 100;
        await using var cluster = await ActorCluster.StartAsync(silos: 2);
        await AllAsync();
        Assert.Equal(Actors, ExportedCount(cluster, 0) + ExportedCount(cluster, 1));
        Assert.InRange(ExportedCount(cluster, 0), 1, Actors - 1);
        await cluster.Cluster.KillSiloAsync(cluster.Cluster.Silos[1], Token);
        await AllAsync();
        await Eventually.HoldsAsync("all actors on the other host", () => ExportedCount(cluster, 0) == Actors);
        Assert.Equal(Actors, await OrleansCountAsync(cluster));
        var type = cluster.TypeOf(Probe);
        Assert.Equal(type.Created - Enumerable.Range(0, TypeTelemetry.DestroyReasons.Length).Sum(type.Destroyed), type.Live.Count);
        Assert.Equal(0, type.QueueLength);

        Task AllAsync() => Parallel.ForAsync(0, Actors, Token, async (number, _) =>
            await Eventually.HoldsAsync($"an answer of {number}", async () =>
            {
                try
                {
                    return !(await cluster.AskAsync(Probe, $"{number}", "DO", options: new SendOptions { Timeout = TimeSpan.FromSeconds(5) })).IsError;
                }
                catch (ActorUnavailableException)
                {
                    return false;
                }
            }));
    }

    private static double ExportedCount(ActorCluster cluster, int silo)
    {
        using var measurements = cluster.Measure(silo);
        var all = measurements.Look("actor.count");
        Assert.All(all, one => Assert.InRange(one.Value, 0, double.MaxValue));
        return all.Single(one => one.Tags["actor.type"] == Probe).Value;
    }

    private static async Task<int> OrleansCountAsync(ActorCluster cluster)
    {
        var statistics = await cluster.Cluster.Client.GetGrain<IManagementGrain>(0).GetSimpleGrainStatistics();
        return statistics.Where(one => one.GrainType.Contains(Probe, StringComparison.Ordinal)).Sum(one => one.ActivationCount);
    }
}

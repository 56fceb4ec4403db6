using Choir.Actors;
using Choir.Actors.Messaging;
using Choir.Actors.Telemetry;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Support;
using Choir.Tests.Unit.Actors.Telemetry.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using Orleans.TestingHost;

namespace Choir.Tests.Unit.Actors.Telemetry;

/// <summary>What is told is true also where clocks differ, activations fail and hosts die.</summary>
public sealed class TruthTests
{
    private const string Probe = nameof(ProbeActor);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(-2)]
    [InlineData(2)]
    [InlineData(-7_200)]
    [InlineData(7_200)]
    public async Task With_the_clock_of_a_host_off_nothing_expires_and_no_queue_time_is_below_zero_or_holds_the_difference(int seconds)
    {
        var off = TimeSpan.FromSeconds(seconds);
        await using var cluster = await ActorCluster.StartAsync(silos: 2, configureSilo: silo => silo.Services.AddSingleton(services =>
        {
            // As two processes, of which the second's wall clock is off.
            var isFirst = services.GetRequiredService<ILocalSiloDetails>().Name.EndsWith('0');
            return new ProcessClock(isFirst ? TimeProvider.System : new ClockThatIsOff(off)) { Owner = isFirst ? 101 : 202 };
        }));
        await Parallel.ForAsync(0, 100, Token, async (number, _) =>
        {
            // From any host to any other and back.
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
            Assert.All(records, record => Assert.InRange(record.Queue, 0, 3_600 * frequency));
            differs += records.Count(record => record.SenderId is not null && cluster.RecordsOf(nameof(HopActor), 1 - silo).Exists(
                other => other.ActorId == record.SenderId));
        }

        Assert.True(differs > 0, "No message crossed from one host to the other.");
    }

    [Fact]
    public void A_sender_whose_clock_is_ahead_is_corrected_by_as_much_as_it_has_shown()
    {
        var clock = new ProcessClock(TimeProvider.System) { Owner = 1 };
        var ahead = new ProcessClock(new ClockThatIsOff(TimeSpan.FromSeconds(2))) { Owner = 2 };
        Assert.Equal(0, clock.Since(Stamp(ahead), clock.Timestamp, isPrompt: true));

        // Without the correction it would be two seconds below zero each time; with it, it is what passed since the first.
        for (var i = 0; i < 100; i++)
        {
            Assert.InRange(clock.Since(Stamp(ahead), clock.Timestamp, isPrompt: true), 0, TimeProvider.System.TimestampFrequency);
        }

        static ActorMessage Stamp(ProcessClock clock) =>
            clock.Stamp("TYPE", [], default, Guid.Empty, Guid.Empty, default, timeout: null, expectsReply: false);
    }

    [Fact]
    public async Task The_count_of_actors_is_the_engines_own_after_they_came_failed_and_left()
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

        // Those that failed after their state was read, and those that left, hold none of it.
        Assert.Equal(50 * ActorJson.Serialize(new ProbeState("here", 1)).Length, type.StateSize);

        async Task AgreesAsync(int count)
        {
            await Eventually.HoldsAsync($"{count} actors by the engine", async () => await ByEngineAsync(cluster) == count);
            await Eventually.HoldsAsync($"{count} actors by telemetry", () => Told(cluster, 0) == count);
        }
    }

    [Fact]
    public async Task Actors_that_the_engine_let_go_of_without_a_word_are_counted_no_longer_and_told_of_once()
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
            // As if it had never been told that it leaves.
            var actor = type.Live.Find(id)!;
            var size = actor.Load.StateSize;
            await cluster.Cluster.DeactivateAsync(GrainId.Create(Probe, id));
            await Eventually.HoldsAsync("it to have left", () => type.Live.Find(id) is null);
            type.SetStateSize(actor, size);
            type.OnCreated(actor);
        }

        await Eventually.HoldsAsync("the count to be the engine's", () => type.Live.Count == 1);
        Assert.Equal(1, await ByEngineAsync(cluster));
        Assert.NotNull(type.Live.Find("stays"));
        Assert.Equal(ActorJson.Serialize(new ProbeState("stays", 1)).Length, type.StateSize);
        Assert.Equal((5, 2), (type.Created, type.Destroyed((int)DestroyReason.Failed)));
        Assert.Equal(2, logs.Records.Where(record => record.Event == "actor_count_corrected").Sum(record => Convert.ToInt32(record.Fields["count"])));
    }

    [Fact]
    public async Task A_state_that_was_read_by_an_activation_that_failed_is_in_no_figure()
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
    public async Task After_a_host_was_killed_the_survivor_counts_what_is_there()
    {
        const int Actors = 100;
        await using var cluster = await ActorCluster.StartAsync(silos: 2);
        await AllAsync();
        Assert.Equal(Actors, Told(cluster, 0) + Told(cluster, 1));
        Assert.InRange(Told(cluster, 0), 1, Actors - 1);
        await cluster.Cluster.KillSiloAsync(cluster.Cluster.Silos[1], Token);
        await AllAsync();
        await Eventually.HoldsAsync("all to live on the survivor", () => Told(cluster, 0) == Actors);
        Assert.Equal(Actors, await ByEngineAsync(cluster));
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

    /// <summary>What the instrument tells, which is below zero for nobody.</summary>
    private static double Told(ActorCluster cluster, int silo)
    {
        using var measurements = cluster.Measure(silo);
        var all = measurements.Look("actor.count");
        Assert.All(all, one => Assert.InRange(one.Value, 0, double.MaxValue));
        return all.Single(one => one.Tags["actor.type"] == Probe).Value;
    }

    private static async Task<int> ByEngineAsync(ActorCluster cluster)
    {
        var statistics = await cluster.Cluster.Client.GetGrain<IManagementGrain>(0).GetSimpleGrainStatistics();
        return statistics.Where(one => one.GrainType.Contains(Probe, StringComparison.Ordinal)).Sum(one => one.ActivationCount);
    }

    /// <summary>A clock that runs as it should, but was set wrong.</summary>
    private sealed class ClockThatIsOff(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
    }
}

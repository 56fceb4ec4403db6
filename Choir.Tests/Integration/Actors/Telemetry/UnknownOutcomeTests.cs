using System.Diagnostics.Metrics;
using Choir.Actors;
using Choir.Actors.Hosting;
using Choir.Actors.Inspection;
using Choir.Observability;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Support;
using Choir.Tests.Unit.Actors.Telemetry.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Choir.Tests.Integration.Actors.Telemetry;

/// <summary>A Tell that is not acknowledged in time is counted at its sender.</summary>
public sealed class UnknownOutcomeTests
{
    private const string Probe = nameof(ProbeActor);
    private const string Messenger = nameof(MessengerActor);

    [Fact]
    public async Task A_Tell_that_times_out_is_counted_once_at_its_sender_in_a_host_and_outside()
    {
        var gate = Guid.NewGuid().ToString("n");
        await using var cluster = await ActorCluster.StartAsync(configure: options =>
        {
            options.HandlerTimeLimit = TimeSpan.FromSeconds(1);
            options.AskTimeout = TimeSpan.FromSeconds(2);
            options.ResponseTimeout = TimeSpan.FromSeconds(3);
        });
        using var outside = new Measurements(cluster.Cluster.Client.ServiceProvider.GetRequiredService<IMeterFactory>());
        using var host = cluster.Measure();
        cluster.Tell(Probe, "held", "HOLD", new Work(gate));
        await Eventually.HoldsAsync("the actor to be held", () => Gates.Of(gate).Arrived == 1);
        cluster.Tell(Messenger, "m", "RUN", new Carry("held", "DO", Ask: false));

        await Eventually.HoldsAsync("the first Tell to time out in the client", () => Unknown(outside, "HOLD").Length == 2);
        await Eventually.HoldsAsync("the second Tell to time out in the host", () => Unknown(host, "DO").Length == 2);
        Assert.Equal([$"{Probe} HOLD 1", $"gateway {Probe} HOLD 1"], Unknown(outside, "HOLD"));
        Assert.Equal([$"{Probe} DO 1", $"{Messenger} {Probe} DO 1"], Unknown(host, "DO"));
        Assert.Empty(Unknown(host, "HOLD"));
        Assert.Empty(Unknown(outside, "DO"));

        // Handled after all, it is one message with two outcomes.
        Gates.Of(gate).Open();
        var inspection = cluster.Cluster.Client.ServiceProvider.GetRequiredService<IActorInspection>();
        var edge = await Eventually.GivesAsync("the second Tell to be handled", async () =>
            (await inspection.FlowAsync(TestContext.Current.CancellationToken)).Edges.SingleOrDefault(edge => edge.MessageType == "DO" && edge.Outcomes["unknown"] < edge.Outcomes.Values.Sum()));
        Assert.Equal((1, 2), (edge.Messages, edge.Outcomes.Values.Sum()));
        var type = (await inspection.TypesAsync(TestContext.Current.CancellationToken)).Types.Single(type => type.Type == Probe);
        Assert.Equal(2, type.Messages);
    }

    [Fact]
    public async Task Only_message_types_that_the_cluster_handles_are_counted_by_name()
    {
        await using var cluster = await ActorCluster.StartAsync();
        foreach (var services in new[] { cluster.Cluster.Client.ServiceProvider, cluster.Cluster.Silos[0].ServiceProvider })
        {
            Assert.True(services.GetRequiredService<ClusterActorTypes>().TryGet(Probe, 0, out var type));
            Assert.Equal(["DO", "FAIL", "HOLD", "WAIT", "WRITE"], type.MessageTypes.Order());
            Assert.Equal(("DO", MessageKind.Unknown), (type.NameOf("DO"), type.NameOf("MADE_UP")));
        }
    }

    [Fact]
    public void The_number_of_kinds_sent_to_other_hosts_is_bounded()
    {
        var sent = new SentKinds();
        for (var number = 0; number < 2 * SentKinds.MaxKinds; number++)
        {
            Assert.Same(sent.Of("Type", $"{number}"), sent.Of("Type", $"{number}"));
        }

        Assert.Equal(SentKinds.MaxKinds, sent.All.Length);
        Assert.Equal("_other_", sent.Of("Type", "one more").ActorType);
    }

    private static string[] Unknown(Measurements measured, string messageType) =>
    [
        .. new[] { "actor.messages", "message.flow" }.SelectMany(name => measured.Look(name)
            .Where(one => one.Tags["outcome"] == "unknown" && one.Tags["message.type"] == messageType)
            .Select(one => string.Join(' ', new[] { one.Tags.GetValueOrDefault("source.type"), one.Tags["actor.type"], messageType, $"{one.Value}" }
                .Where(part => part is not null)))),
    ];
}

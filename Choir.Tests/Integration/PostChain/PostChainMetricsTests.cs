using Choir.ActorHost.PostChain;
using Choir.Actors;
using Choir.Contracts.Threads;
using Choir.Tests.Support;
using Choir.Tests.Unit.PostChain;

namespace Choir.Tests.Integration.PostChain;

/// <summary>Metrics of conversations in a real actor host.</summary>
public sealed class PostChainMetricsTests(PostgresFixture postgres)
{
    // Postgres stores whole microseconds: each of six phases may differ by one.
    private const double StoredPrecision = 6e-6;

    private static readonly string[] Phases = ["action", "experience", "intention", "observation", "understanding", "yield"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_cycle_and_its_phases_are_measured_once_even_if_messages_are_repeated()
    {
        await using var cluster = await PostChainCluster.StartAsync(postgres);
        var cycle = await cluster.ConverseAsync(Texts.Glaciers);
        await AssertMeasuredOnceAsync(cluster, cycle);

        var payload = PhasePayloads.Begin(cycle.CycleId, cycle.Content, 3);
        foreach (var phase in Enum.GetValues<Phase>())
        {
            var (actor, type) = PostChainMessages.Step(phase);
            await cluster.AskAsync(new ActorAddress(actor, cycle.ThreadId), type, payload);
        }

        await cluster.AskAsync(
            cycle.ThreadId, PostChainMessages.CycleComplete, new CycleComplete(cycle.CycleId, new("Another.", []), null));
        await AssertMeasuredOnceAsync(cluster, cycle);
    }

    [Fact]
    public async Task A_cycle_that_another_host_resumes_is_measured_from_its_acceptance()
    {
        await using var cluster = await PostChainCluster.StartAsync(
            postgres, ("PostChain__StallAfter", "00:00:02"), ("PostChain__ReminderPeriod", "00:00:05"));
        var thread = await cluster.CreateThreadAsync();
        InputAccepted accepted;
        await using (var held = await cluster.Database.OpenConnectionAsync(Token))
        {
            await using var transaction = await held.BeginTransactionAsync(Token);
            await using (var command = held.CreateCommand())
            {
                command.CommandText = "LOCK TABLE knowledge_passages IN ACCESS EXCLUSIVE MODE";
                await command.ExecuteNonQueryAsync(Token);
            }

            accepted = await cluster.SubmitAsync(thread, Texts.Photosynthesis);
            await cluster.UntilAsync(
                "the Action phase",
                async () => await cluster.Threads.GetPhasesAsync(Guid.Parse(accepted.CycleId), Token) is [var action, ..] ? action : null);
            await cluster.KillHostsAsync();
        }

        await cluster.AddHostAsync();
        await cluster.EndAsync(thread, accepted.CycleId);
        await Eventually.HoldsAsync("the cycle's time", async () => await CountAsync(cluster, "cycle_time_seconds_count", ("stage", "yielded")) == 1);
        var measured = (await cluster.Hosts[0].MetricsAsync()).Sum("cycle_time_seconds_sum", ("stage", "yielded"), ("outcome", "ok"));
        Assert.Equal(await StoredSecondsAsync(cluster, accepted.CycleId), measured!.Value, StoredPrecision);

        // The first phase was measured by the host that died.
        Assert.Null(await CountAsync(cluster, "phase_time_seconds_count", ("phase", "action")));
        Assert.Equal(1, await CountAsync(cluster, "phase_time_seconds_count", ("phase", "experience")));
    }

    private static async Task AssertMeasuredOnceAsync(PostChainCluster cluster, CycleView cycle)
    {
        await Eventually.HoldsAsync("the cycle's time", async () => await CountAsync(cluster, "cycle_time_seconds_count") > 0);
        Assert.Equal(1, await CountAsync(cluster, "cycle_time_seconds_count", ("stage", "yielded"), ("outcome", "ok")));
        foreach (var phase in Phases)
        {
            Assert.Equal((phase, 1), (phase, await CountAsync(cluster, "phase_time_seconds_count", ("phase", phase))));
        }

        var sum = (await cluster.Hosts[0].MetricsAsync()).Sum("phase_time_seconds_sum");
        Assert.Equal(cycle.Phases.Sum(phase => phase.DurationMs!.Value) / 1_000, sum!.Value, StoredPrecision);
    }

    private static async Task<double?> CountAsync(
        PostChainCluster cluster, string name, params (string Label, string Value)[] labels) =>
        (await cluster.Hosts[0].MetricsAsync()).Sum(name, labels);

    private static async Task<double> StoredSecondsAsync(PostChainCluster cluster, string cycleId)
    {
        await using var command = cluster.Database.CreateCommand("SELECT completed_at - accepted_at FROM cycles WHERE cycle_id = $1");
        command.Parameters.AddWithValue(Guid.Parse(cycleId));
        return ((TimeSpan)(await command.ExecuteScalarAsync(Token))!).TotalSeconds;
    }
}

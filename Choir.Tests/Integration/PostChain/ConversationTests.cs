using Choir.ActorHost.PostChain;
using Choir.Actors;
using Choir.Contracts.Threads;
using Choir.Tests.Support;
using Choir.Tests.Unit.PostChain;

namespace Choir.Tests.Integration.PostChain;

public sealed class ConversationTests(PostgresFixture postgres, ConversationTests.SharedCluster shared) : IClassFixture<ConversationTests.SharedCluster>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_cycle_runs_six_phases_to_its_result()
    {
        await using var cluster = await PostChainCluster.StartAsync(postgres);
        var cycle = await cluster.ConverseAsync(Texts.Photosynthesis);
        Assert.Equal(CycleStatus.Completed, cycle.Status);
        Assert.Equal(Enum.GetValues<Phase>(), cycle.Phases.Select(phase => phase.Phase));
        Assert.All(cycle.Phases, phase =>
        {
            Assert.Equal(PhaseStatus.Completed, phase.Status);
            Assert.NotEqual("", phase.Output);
            Assert.NotNull(phase.StartedAt);
            Assert.InRange(phase.DurationMs!.Value, 0, 60_000);
        });
        Assert.Contains("chemical energy", cycle.Result!.Content, StringComparison.Ordinal);
        Assert.Equal(
            "0x" + Convert.ToHexStringLower(CycleHash.Of(cycle.ThreadId, cycle.CycleId, cycle.Content, cycle.Result)),
            cycle.Anchor!.CycleHash);
        await cluster.UntilAsync("the cycle in the ledger's outbox", async () =>
        {
            await using var count = cluster.Database.CreateCommand("SELECT count(*) FROM ledger_outbox");
            return await count.ExecuteScalarAsync(Token) is 1L ? "there" : null;
        });
    }

    [Fact]
    public async Task Variables_that_are_meant_for_psql_change_nothing_that_is_stored()
    {
        const string Text = "Größe € 漢字: ice is cold.";
        await using var cluster = await PostChainCluster.StartAsync(postgres, ("PGCLIENTENCODING", "LATIN1"), ("PGTZ", "Asia/Tokyo"));

        var cycle = await cluster.ConverseAsync(Text);

        Assert.Equal((CycleStatus.Completed, Text), (cycle.Status, cycle.Content));
    }

    [Fact]
    public async Task A_later_thread_that_asks_in_other_words_cites_the_earlier_explanation()
    {
        await using var cluster = await PostChainCluster.StartAsync(postgres);
        await cluster.ConverseAsync(Texts.Glaciers);
        var explained = await cluster.ConverseAsync(Texts.Photosynthesis);
        var asked = await cluster.ConverseAsync("How does a plant make sugar, and what happens with the light?");
        var source = asked.Result!.Sources[0];
        Assert.Equal((explained.ThreadId, explained.CycleId), (source.ThreadId, source.CycleId));
        Assert.True(source.Rank > 0, $"The rank is {source.Rank}.");
        Assert.Contains(explained.ThreadId, asked.Result.Content, StringComparison.Ordinal);
        Assert.Contains(explained.ThreadId, asked.Phases[1].Output, StringComparison.Ordinal);
        Assert.Contains(asked.Phases[1].Operations, operation =>
            operation.Operation == ContextOperationKind.Add && operation.Metadata!["cycleId"].GetString() == explained.CycleId);

        // The answer only quotes its source, so a repeated question cites the source again, not the answer.
        var again = await cluster.ConverseAsync("How does a plant make sugar, and what happens with the light?");
        Assert.Equal(asked.Result.Sources, again.Result!.Sources);
    }

    [Fact]
    public async Task The_same_input_on_an_empty_system_gives_the_same_answer()
    {
        const string Input = "Wie entsteht Regen über dem Meer? Das Wasser verdunstet. Die Luft kühlt ab.";
        await using var one = await PostChainCluster.StartAsync(postgres);
        await using var other = await PostChainCluster.StartAsync(postgres);
        var first = await one.ConverseAsync(Input);
        var second = await other.ConverseAsync(Input);
        Assert.Equal(first.Result!.Content, second.Result!.Content);
        Assert.Equal(first.Phases.Select(phase => phase.Output), second.Phases.Select(phase => phase.Output));
    }

    [Fact]
    public async Task A_repeated_idempotency_key_gives_the_first_cycle()
    {
        var cluster = shared.Cluster;
        var thread = await cluster.CreateThreadAsync();
        var first = await cluster.SubmitAsync(thread, "Ice is cold.", "key");
        await cluster.EndAsync(thread, first.CycleId);
        var second = await cluster.SubmitAsync(thread, "Ice is cold.", "key");
        Assert.Equal(first.CycleId, second.CycleId);
        Assert.Equal(CycleStatus.Completed, second.Status);

        var refused = await cluster.AskAsync(thread, ThreadMessages.SubmitInput, new SubmitInput("Something else.", "key"));
        Assert.Equal(ThreadMessages.IdempotencyKeyReused, refused.Error().Code);
        Assert.Contains("\"key\"", refused.Error().Message, StringComparison.Ordinal);
        Assert.Single((await cluster.Threads.GetThreadAsync(thread, null, 10, Token))!.Cycles);
    }

    [Fact]
    public async Task A_repeated_message_has_no_effect()
    {
        var cluster = shared.Cluster;
        var cycle = await cluster.ConverseAsync(Texts.Glaciers);
        var payload = PhasePayloads.Begin(cycle.CycleId, cycle.Content, 3);
        foreach (var phase in Enum.GetValues<Phase>())
        {
            var (actor, type) = PostChainMessages.Step(phase);
            var reply = await cluster.AskAsync(new ActorAddress(actor, cycle.ThreadId), type, payload);
            Assert.False(reply.IsError, reply.IsError ? reply.Error().Message : "");
        }

        await cluster.AskAsync(cycle.ThreadId, PostChainMessages.CycleComplete, new CycleComplete(cycle.CycleId, new("Another.", []), null));
        var after = await cluster.Threads.GetCycleAsync(cycle.ThreadId, cycle.CycleId, Token);
        Assert.Equal(cycle.Result!.Content, after!.Result!.Content);
        Assert.Equal(cycle.Phases.Select(phase => phase.StartedAt), after.Phases.Select(phase => phase.StartedAt));
        var events = await cluster.Threads.EventsAfterAsync(cycle.ThreadId, 0, 100, Token);
        Assert.Equal(6, events.Count(entry => entry.Type == "phase_completed"));
        Assert.Equal(1, events.Count(entry => entry.Type == "cycle_completed"));
    }

    [Fact]
    public async Task A_text_of_a_mebibyte_completes_with_a_small_context()
    {
        var cluster = shared.Cluster;
        var article = Texts.Article(170_000);
        var cycle = await cluster.ConverseAsync(article[..Math.Min(article.Length, 1 << 20)]);
        Assert.Equal(CycleStatus.Completed, cycle.Status);
        Assert.Contains("Main points:", cycle.Result!.Content, StringComparison.Ordinal);
        await using var size = cluster.Database.CreateCommand(
            "SELECT sum(length(output) + length(operations::text) + coalesce(length(payload::text), 0)) FROM cycle_phases WHERE cycle_id = $1");
        size.Parameters.Add(new() { Value = Guid.Parse(cycle.CycleId) });
        Assert.InRange((long)(await size.ExecuteScalarAsync(Token))!, 1, 256 * 1024);
    }

    [Fact]
    public async Task Many_inputs_at_once_to_one_thread_are_all_completed()
    {
        var cluster = shared.Cluster;
        var thread = await cluster.CreateThreadAsync();
        var accepted = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => cluster.SubmitAsync(thread, $"Ice number {i} is cold.")));
        foreach (var one in accepted)
        {
            Assert.Equal(CycleStatus.Completed, (await cluster.EndAsync(thread, one.CycleId)).Status);
        }

        Assert.Equal(60, accepted.Select(one => one.CycleId).Distinct().Count());
        await using var count = cluster.Database.CreateCommand(
            "SELECT count(*) FROM thread_events WHERE thread_id = $1 AND type = 'phase_completed'");
        count.Parameters.Add(new() { Value = Guid.Parse(thread) });
        Assert.Equal(60L * 6, await count.ExecuteScalarAsync(Token));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n\t ")]
    [InlineData("a\0b")]
    public async Task An_input_without_text_is_refused(string content)
    {
        var cluster = shared.Cluster;
        var reply = await cluster.AskAsync(await cluster.CreateThreadAsync(), ThreadMessages.SubmitInput, new SubmitInput(content));
        Assert.Equal(ErrorCodes.InvalidData, reply.Error().Code);
    }

    [Fact]
    public async Task An_input_for_an_unknown_thread_is_refused()
    {
        var cluster = shared.Cluster;
        var reply = await cluster.AskAsync(
            "01890000-0000-7000-8000-0000000000ff", ThreadMessages.SubmitInput, new SubmitInput("Ice is cold."));
        Assert.Equal(ThreadMessages.ThreadNotFound, reply.Type);
    }

    /// <summary>A cluster of the tests that do not mind what others have stored.</summary>
    public sealed class SharedCluster(PostgresFixture postgres) : IAsyncLifetime
    {
        internal PostChainCluster Cluster { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Cluster = await PostChainCluster.StartAsync(postgres);

        public ValueTask DisposeAsync() => Cluster.DisposeAsync();
    }
}

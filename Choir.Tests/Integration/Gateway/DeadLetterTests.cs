using Choir.Actors;
using Choir.Storage;
using Choir.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Choir.Tests.Integration.Gateway;

/// <summary>The dead-letter routes.</summary>
public sealed class DeadLetterTests(DatabaseFixture database) : ThreadTestBase(database)
{
    [Fact]
    public async Task A_dead_letter_is_listed_and_can_be_replayed_once()
    {
        var store = new PostgresDeadLetterStore(
            Database.DataSource,
            Options.Create(new StorageOptions()),
            NullLogger<PostgresDeadLetterStore>.Instance);
        var message = new ActorMessage
        {
            Id = Guid.CreateVersion7(),
            Type = "COUNT",
            Data = "{\"by\":1}"u8.ToArray(),
            CorrelationId = Guid.CreateVersion7(),
            SentAtTicks = TimeProvider.System.GetUtcNow().UtcTicks,
            SentTimestamp = 0,
            SenderProcess = 0,
        };
        var letter = new DeadLetter(
            Guid.CreateVersion7(), new ActorAddress("counter", "a"), message, DeadLetterReasons.MailboxFull, "full", TimeProvider.System.GetUtcNow());
        await store.AddAsync(letter, TestContext.Current.CancellationToken);

        var page = await Gateway.GetAsync("/dead-letters?limit=1");
        var listed = page.Json.GetProperty("deadLetters")[0];
        Assert.Equal("mailbox_full", listed.GetProperty("reason").GetString());
        Assert.Equal(1, listed.GetProperty("data").GetProperty("by").GetInt32());

        var replayed = await Gateway.PostAsync($"/dead-letters/{letter.Id}/replay", content: null);
        Assert.Equal((202, message.CorrelationId.ToString()), (replayed.Status, replayed.Text("correlationId")));
        var (target, type, options) = Assert.Single(Gateway.Actors.Told);
        Assert.Equal(("counter/a", "COUNT", message.CorrelationId), (target.ToString(), type, options!.CorrelationId));
        (await Gateway.PostAsync($"/dead-letters/{letter.Id}/replay", content: null)).AssertProblem(409, "already_replayed", "already");
        (await Gateway.PostAsync($"/dead-letters/{Guid.CreateVersion7()}/replay", content: null)).AssertProblem(404, "not_found", "There is no dead letter");
        Assert.Single(Gateway.Actors.Told);
    }

    [Fact]
    public async Task A_dead_letter_of_all_levels_that_actors_can_write_is_listed()
    {
        var (letter, data) = (Guid.CreateVersion7(), string.Concat(Enumerable.Repeat("[", 64)) + string.Concat(Enumerable.Repeat("]", 64)));
        await Database.ScalarAsync(
            $"""
            INSERT INTO dead_letters (id, target_type, target_id, reason, detail, at, message_id, message_type, data, sender_type,
                sender_id, correlation_id, causation_id, sent_at, expects_reply)
            VALUES ('{letter}', 'counter', 'deep', 'undeliverable', '', now(), gen_random_uuid(), 'COUNT', '{data}', null, null,
                gen_random_uuid(), gen_random_uuid(), now(), false)
            """);
        var listed = (await Gateway.GetAsync("/dead-letters?limit=200")).Json.GetProperty("deadLetters").EnumerateArray()
            .Single(one => one.GetProperty("id").GetGuid() == letter);
        Assert.Equal(data, listed.GetProperty("data").GetRawText());
    }

    [Theory]
    [InlineData("counter", "quarantine")]
    [InlineData("", "")]
    public async Task A_dead_letter_of_an_actor_that_cannot_exist_is_listed_and_not_replayed(string type, string id)
    {
        var letter = Guid.CreateVersion7();
        await Database.ScalarAsync(
            $"""
            INSERT INTO dead_letters (id, target_type, target_id, reason, detail, at, message_id, message_type, data, sender_type,
                sender_id, correlation_id, causation_id, sent_at, expects_reply)
            VALUES ('{letter}', '{type}', '{id}', 'undeliverable', '', now(), gen_random_uuid(), 'COUNT', '', 'counter', 'diagnostics',
                gen_random_uuid(), gen_random_uuid(), now(), false)
            """);

        var listed = (await Gateway.GetAsync("/dead-letters?limit=200")).Json.GetProperty("deadLetters").EnumerateArray()
            .Single(one => one.GetProperty("id").GetGuid() == letter);
        var replayed = await Gateway.PostAsync($"/dead-letters/{letter}/replay", content: null);

        Assert.Equal((type, id), (listed.GetProperty("actorType").GetString(), listed.GetProperty("actorId").GetString()));
        Assert.Equal("counter/diagnostics", listed.GetProperty("sender").GetString());
        replayed.AssertProblem(400, "invalid_request", $"Dead letter {letter} cannot be replayed: The actor's ");
        Assert.Empty(Gateway.Actors.Told);
        Assert.Equal(DBNull.Value, await Database.ScalarAsync($"SELECT replayed_at FROM dead_letters WHERE id = '{letter}'"));
    }
}

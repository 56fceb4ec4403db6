using Choir.Actors;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Inspection;
using Choir.Tests.Unit.Actors.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Choir.Tests.Unit.Actors.Telemetry;

/// <summary>The log records of actors, messages and states have the specified events, fields and levels.</summary>
public sealed class MessageLogTests : IDisposable
{
    private readonly LogCollector _logs = new();

    public void Dispose() => _logs.Dispose();

    [Fact]
    public async Task A_state_change_is_logged_per_key_with_truncated_and_redacted_values()
    {
        await using var cluster = await StartAsync();
        await cluster.AskAsync(nameof(SecretiveActor), "s", "KEEP", new Secretive("1+1 é", "very-hush", new string('x', 1_000)));
        await cluster.AskAsync(nameof(SecretiveActor), "s", "KEEP", new Secretive("two", "even-more-hush", new string('x', 1_000)));

        var changes = Of("actor_state_updated");
        Assert.All(changes, change => Assert.Equal(LogLevel.Debug, change.Level));
        Assert.All(changes, change => Assert.Equal(("s", nameof(SecretiveActor)), (change.Fields["actor_id"], change.Fields["actor_type"])));
        Assert.Equal(["name", "apiToken", "text", "name", "apiToken"], changes.Select(change => change.Fields["state_key"]));
        Assert.Equal(("\"\"", "\"1+1 é\""), (changes[0].Fields["old_value"], changes[0].Fields["new_value"]));
        Assert.Equal(("\"1+1 é\"", "\"two\""), (changes[3].Fields["old_value"], changes[3].Fields["new_value"]));
        Assert.Equal(("[redacted]", "[redacted]"), (changes[4].Fields["old_value"], changes[4].Fields["new_value"]));
        Assert.InRange(((string)changes[2].Fields["new_value"]!).Length, 100, 300);
        Assert.DoesNotContain(_logs.Records, record => record.Message.Contains("hush", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Actors_and_messages_are_logged_with_the_specified_events()
    {
        var cluster = await StartAsync();
        await using (cluster)
        {
            await cluster.AskAsync(nameof(CounterActor), "c", "INCREMENT", new Increment(1));
            await cluster.AskAsync(nameof(CounterActor), "c", "THROW");
            await cluster.AskAsync(nameof(CounterActor), "c", "NO_SUCH_MESSAGE");
        }

        Assert.Equal((LogLevel.Information, 0L), Shape(One("actor_created"), "suppressed"));
        Assert.Equal(["INCREMENT", "THROW"], Of("actor_message_received").Select(record => record.Fields["message_type"]));
        var processed = Of("message_processed")[0];
        Assert.Equal((LogLevel.Information, ActorJson.Serialize(new Increment(1)).Length), Shape(processed, "message_size_bytes"));
        Assert.True((double)processed.Fields["processing_time_ms"]! >= 0);

        var failed = One("message_processing_failed");
        Assert.Equal((LogLevel.Error, "THROW"), Shape(failed, "message_type"));
        Assert.Equal("as told", failed.Exception!.Message);

        // A caller's mistake is answered with an error; the record is information.
        var refused = One("actor_message_processing_failed");
        Assert.Equal(LogLevel.Information, refused.Level);
        Assert.Contains("NO_SUCH_MESSAGE", (string)refused.Fields["error"]!, StringComparison.Ordinal);
        Assert.Equal((LogLevel.Information, "shutdown"), Shape(One("actor_destroyed"), "reason"));
    }

    [Fact]
    public async Task A_growing_queue_is_a_warning_and_a_message_refused_by_a_full_queue_an_error()
    {
        const int Capacity = 60;
        const int Refused = 5;
        await using var cluster = await StartAsync(options => options.MailboxCapacity = Capacity);
        var gate = $"log-{Guid.NewGuid():n}";
        await cluster.AskAsync(nameof(BurstActor), "b", "BURST", new Burst("w", gate, 1 + Capacity + Refused));
        await Eventually.HoldsAsync("the messages refused by the full queue", () => Of("actor_message_processing_failed").Count == Refused);

        Assert.All(Of("actor_message_processing_failed"), record => Assert.Equal(LogLevel.Error, record.Level));
        var growing = One("actor_message_queue_growing");
        Assert.Equal((LogLevel.Warning, 51), Shape(growing, "queue_size"));
        Assert.Equal(50, growing.Fields["threshold"]);
        Gates.Of(gate).Open();
    }

    private static (LogLevel Level, object? Value) Shape(LogRecord record, string field) => (record.Level, record.Fields[field]);

    private LogRecord One(string name) => Assert.Single(Of(name));

    private List<LogRecord> Of(string name) => [.. _logs.Records.Where(record => record.Event == name)];

    private Task<ActorCluster> StartAsync(Action<ActorOptions>? configure = null) => ActorCluster.StartAsync(1, configure, silo =>
        silo.Services.AddLogging(logging => logging
            .ClearProviders()
            .AddProvider(_logs)
            .AddFilter<LogCollector>(category: null, LogLevel.None)
            .AddFilter<LogCollector>("Choir.Actors", LogLevel.Trace)));
}

using Choir.Actors;
using Choir.Actors.Inspection;
using Choir.Observability;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Choir.Tests.Unit.Actors.Inspection;

/// <summary>The log records of actors, read over all hosts.</summary>
public sealed class LogTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Records_of_a_handler_are_found_by_their_correlation_their_trace_and_their_actor()
    {
        await using var cluster = await StartAsync();
        var correlation = Guid.CreateVersion7();
        var trace = TraceContext.Parse("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00");
        await SayAsync(cluster, "one", "hello", new SendOptions { CorrelationId = correlation, TraceContext = trace });
        await SayAsync(cluster, "two", "other");

        var found = await ReadAsync(cluster, new LogFilter(correlation));
        Assert.Equal(2, found.Hosts.Answered.Count);
        var said = Assert.Single(found.Records, record => record.Event == "said");
        Assert.Equal(
            (LogLevel.Debug, "Said hello", nameof(TalkativeActor), "one", "SAY", (Guid?)correlation, null),
            (said.Level, said.Text, said.ActorType, said.ActorId, said.MessageType, said.CorrelationId, said.Exception));
        Assert.Equal(typeof(TalkativeActor).FullName, said.Logger);
        Assert.Contains(said.Host, found.Hosts.Answered);
        Assert.DoesNotContain(found.Records, record => record.Text.Contains("other", StringComparison.Ordinal));
        var received = Assert.Single(found.Records, record => record.Event == "actor_message_received");
        Assert.Equal(said.MessageId, received.MessageId);

        Assert.Contains(said, (await ReadAsync(cluster, new LogFilter(Guid.Parse(trace.TraceId!)))).Records);
        Assert.Empty((await ReadAsync(cluster, new LogFilter(Guid.Empty))).Records);
        var ofTwo = await ReadAsync(cluster, new LogFilter(ActorType: nameof(TalkativeActor), ActorId: "two"));
        Assert.Single(ofTwo.Records, record => record.Text == "Said other");
        Assert.All(ofTwo.Records, record => Assert.Equal("two", record.ActorId));
    }

    [Fact]
    public async Task The_newest_records_come_first_and_further_ones_are_cut()
    {
        await using var cluster = await StartAsync();
        for (var i = 0; i < 6; i++)
        {
            await SayAsync(cluster, $"{i}", $"{i}");
        }

        var found = await ReadAsync(cluster, new LogFilter(ActorType: nameof(TalkativeActor), Limit: 5));
        Assert.Equal((5, true), (found.Records.Count, found.IsCut));
        Assert.Equal(found.Records.OrderByDescending(record => record.At), found.Records);
        Assert.Contains(found.Records, record => record.Text == "Whispered 5");
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => ReadAsync(cluster, new LogFilter(Limit: LogFilter.MaxLimit + 1)));
        Assert.Equal(
            ErrorCodes.UnknownActorType,
            (await Assert.ThrowsAsync<ActorErrorException>(() => ReadAsync(cluster, new LogFilter(ActorType: "Nobody")))).Error.Code);
    }

    [Fact]
    public async Task A_failure_is_found_with_its_exception_but_without_secrets()
    {
        await using var cluster = await StartAsync();
        var correlation = Guid.CreateVersion7();
        await cluster.Actors.AskAsync(
            nameof(TalkativeActor), "c", "FAIL", new Work("", "password=hunter2hunter2"), new SendOptions { CorrelationId = correlation });

        var error = Assert.Single((await ReadAsync(cluster, new LogFilter(correlation, MinLevel: LogLevel.Error))).Records);
        Assert.Equal(("message_processing_failed", LogLevel.Error, "c"), (error.Event, error.Level, error.ActorId));
        Assert.Contains(nameof(InvalidOperationException), error.Exception, StringComparison.Ordinal);
        Assert.Contains("[redacted]", error.Exception, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", error.Text + error.Exception, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_says_how_many_others_of_its_kind_a_limit_has_left_out()
    {
        await using var cluster = await StartAsync();
        await cluster.Actors.AskAsync(nameof(TalkativeActor), "again", "REPEAT", new Work("", "this"));
        var found = await ReadAsync(cluster, new LogFilter(ActorType: nameof(TalkativeActor), ActorId: "again", MinLevel: LogLevel.Information));
        Assert.Equal(["Repeated this (2 more not logged)", "Repeated this"], found.Records.Where(record => record.Event == "repeated").Select(record => record.Text));
    }

    private static Task<LogsView> ReadAsync(InspectedCluster cluster, LogFilter filter) => cluster.Inspection.LogsAsync(filter, Token);

    private static Task<ActorReply> SayAsync(InspectedCluster cluster, string id, string word, SendOptions? options = null) =>
        cluster.Actors.AskAsync(nameof(TalkativeActor), id, "SAY", new Work("", word), options);

    private static Task<InspectedCluster> StartAsync() => InspectedCluster.StartAsync(configureSilo: silo =>
        silo.Services.AddLogging(logging => logging.AddFilter<RecentLogProvider>("Choir", LogLevel.Trace)));
}

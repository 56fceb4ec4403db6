using System.Collections.Concurrent;
using System.Diagnostics;
using Choir.Actors;
using Choir.Actors.Health;
using Choir.Actors.Inspection;
using Choir.Observability;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Support;
using Choir.Tests.Unit.Actors.Telemetry.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Choir.Tests.Integration.Actors.Telemetry;

/// <summary>Choir's own upkeep is counted but neither traced nor logged, even with everything sampled and logged.</summary>
[Collection(Alone.Name)]
public sealed class UpkeepTests : IDisposable
{
    private static readonly SendOptions Upkeep = new() { IsUpkeep = true };

    private readonly ConcurrentQueue<Activity> _spans = new();
    private readonly LogCollector _logs = new();
    private readonly ActivityListener _listener;
    private readonly string _gate = Guid.NewGuid().ToString("n");

    public UpkeepTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == TelemetryNames.ActivitySource,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _spans.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _logs.Dispose();
    }

    [Fact]
    public async Task Health_pings_and_timers_are_counted_without_spans_and_records()
    {
        var cluster = await StartAsync(silos: 2);
        await using (cluster)
        {
            await PingAsync(cluster);
            await cluster.AskAsync(nameof(HopActor), _gate, "ARM", new Arm(_gate), Upkeep);
            await Eventually.HoldsAsync("the timer's messages", () => Gates.Of(_gate).Notes.Count == 2);
            Assert.Equal(["ARM", "TIMED", "TIMED"], Handled(cluster, nameof(HopActor)));
            Assert.Equal(["PING"], Handled(cluster, TestActor.TypeName));
        }

        Assert.Empty(_spans);
        Assert.Empty(_logs.Records);
    }

    [Fact]
    public async Task Messages_sent_by_upkeep_are_upkeep_on_other_hosts_too()
    {
        await using var cluster = await StartAsync(silos: 2);
        var chain = Enumerable.Range(0, 12).Select(number => $"{_gate}-{number}").ToArray();
        await cluster.AskAsync(nameof(HopActor), chain[0], "HOP", new Hop(chain[1..]), Upkeep);
        await Eventually.HoldsAsync("each hop", () => Handled(cluster, nameof(HopActor)).Count == 12 + 11);

        // Placement is random; with so many actors both hosts have some.
        Assert.All(new[] { 0, 1 }, silo => Assert.NotEmpty(cluster.RecordsOf(nameof(HopActor), silo)));
        Assert.Empty(_spans);
        Assert.Empty(_logs.Records);
    }

    [Fact]
    public async Task A_ping_that_is_not_upkeep_is_traced_and_logged()
    {
        await using var cluster = await StartAsync();
        await PingAsync(cluster);
        await PingAsync(cluster);
        await cluster.AskAsync(TestActor.TypeName, "x", "PING");
        await Eventually.HoldsAsync("the spans", () => _spans.Count == 2);
        Assert.Equal(["process_message PING", "send PING"], _spans.Select(span => span.OperationName));
        Assert.Equal(["actor_created", "actor_message_received", "message_processed"], _logs.Records.Select(record => record.Event));

        Assert.All(_logs.Records, record => Assert.Equal((LogLevel.Information, 0L), (record.Level, record.Fields["suppressed"])));
    }

    [Fact]
    public async Task The_latest_messages_without_upkeep_have_what_was_asked_and_upkeep_that_failed()
    {
        await using var cluster = await StartAsync();
        await PingAsync(cluster);
        await cluster.AskAsync(TestActor.TypeName, _gate, "PING");
        await cluster.AskAsync(nameof(CounterActor), _gate, "THROW", options: Upkeep);
        var inspection = cluster.Cluster.Silos[0].ServiceProvider.GetRequiredService<IActorInspection>();
        var found = await inspection.MessagesAsync(new MessageFilter { WithoutUpkeep = true }, TestContext.Current.CancellationToken);
        Assert.Equal([("PING", "ok"), ("THROW", "error")], found.Messages.Select(hop => (hop.MessageType, hop.Outcome)).Order());
        Assert.Equal(3, (await inspection.MessagesAsync(new MessageFilter(), TestContext.Current.CancellationToken)).Messages.Count);
    }

    [Fact]
    public async Task Upkeep_does_not_continue_the_current_span()
    {
        await using var cluster = await StartAsync();
        using (new Activity("request") { ActivityTraceFlags = ActivityTraceFlags.Recorded }.Start())
        {
            await PingAsync(cluster);
        }

        Assert.Empty(_spans);
    }

    [Fact]
    public async Task Diagnostics_of_a_type_enable_records_and_traces_of_its_upkeep()
    {
        await using var cluster = await StartAsync();
        Diagnose(cluster, TestActor.TypeName);
        Diagnose(cluster, nameof(HopActor));
        await PingAsync(cluster);
        await Eventually.HoldsAsync("the span", () => _spans.Count == 1);
        Assert.Equal("process_message PING", Assert.Single(_spans).OperationName);
        Assert.Equal(["actor_created", "actor_message_received", "message_processed"], _logs.Records.Select(record => record.Event));
        Assert.All(_logs.Records, record => Assert.Equal(LogLevel.Information, record.Level));

        await cluster.AskAsync(nameof(HopActor), _gate, "ARM", new Arm(_gate), Upkeep);
        await Eventually.HoldsAsync("the timer's spans", () => _spans.Count(span => span.OperationName == "process_message TIMED") == 2);
        await Eventually.HoldsAsync("the span of the timer", () => _spans.Any(span => span.OperationName == "run_timer"));
        Assert.Contains(_logs.Records, record => Equals(record.Fields.GetValueOrDefault("message_type"), "TIMED"));
    }

    [Fact]
    public async Task Upkeep_that_fails_or_is_slow_is_logged()
    {
        await using var cluster = await StartAsync(configure: options => options.SlowAfter = TimeSpan.FromMilliseconds(20));
        await cluster.AskAsync(nameof(CounterActor), "c", "THROW", options: Upkeep);
        Assert.Equal(LogLevel.Error, Assert.Single(_logs.Records, record => record.Event == "message_processing_failed").Level);

        await cluster.AskAsync(nameof(SlowActor), "s", "TAKE", new Take(60), Upkeep);
        var slow = Assert.Single(
            _logs.Records, record => record.Event == "message_processed" && Equals(record.Fields["message_type"], "TAKE"));
        Assert.Equal(LogLevel.Warning, slow.Level);

        await cluster.AskAsync(nameof(SlowActor), "s", "TAKE_IN_TIMER", new Take(60), Upkeep);
        await Eventually.HoldsAsync("the slow timer", () => _logs.Records.Any(record => record.Event == "actor_turn_slow"));
        Assert.Equal(LogLevel.Warning, _logs.Records.Single(record => record.Event == "actor_turn_slow").Level);
    }

    [Fact]
    public async Task Upkeep_that_is_refused_is_a_warning()
    {
        await using var cluster = await StartAsync();
        await cluster.AskAsync(TestActor.TypeName, "x", "NO_SUCH_MESSAGE", options: Upkeep);
        Assert.Equal(LogLevel.Warning, Assert.Single(_logs.Records, record => record.Event == "actor_message_processing_failed").Level);
    }

    [Fact]
    public async Task Upkeep_is_logged_at_debug_level()
    {
        await using var cluster = await StartAsync(least: LogLevel.Debug);
        await PingAsync(cluster);
        Assert.Equal(["actor_message_received", "message_processed"], _logs.Records.Select(record => record.Event));
        Assert.All(_logs.Records, record => Assert.Equal(LogLevel.Debug, record.Level));
    }

    [Fact]
    public async Task Work_that_a_timer_resumes_belongs_to_the_trace_stored_with_it()
    {
        await using var cluster = await StartAsync();
        var stored = TraceContext.Parse("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        await cluster.AskAsync(nameof(HopActor), _gate, "ARM_RESUMING", new Arm(_gate), new SendOptions { TraceContext = stored });
        await Eventually.HoldsAsync("both spans", () => _spans.Count(span => span.OperationName == "process_message TIMED") == 2);
        Assert.All(_spans, span => Assert.Equal(stored.TraceId, span.TraceId.ToString()));
        Assert.DoesNotContain(_spans, span => span.OperationName == "run_timer");
        await Eventually.HoldsAsync(
            "both records",
            () => _logs.Records.Count(record => record.Event == "message_processed" && Equals(record.Fields["message_type"], "TIMED")) == 2);
    }

    private static async Task PingAsync(ActorCluster cluster)
    {
        var result = await new ActorSystemHealthCheck(cluster.Client).CheckHealthAsync(
            new HealthCheckContext(), TestContext.Current.CancellationToken);
        Assert.Equal(HealthStatus.Healthy, result.Status);
    }

    private static List<string> Handled(ActorCluster cluster, string actorType) =>
        [.. Enumerable.Range(0, cluster.Cluster.Silos.Count)
            .SelectMany(silo => cluster.RecordsOf(actorType, silo))
            .Select(record => record.Edge.Kind.MessageType)
            .Order(StringComparer.Ordinal)];

    private static void Diagnose(ActorCluster cluster, string type) => cluster.Of<DiagnosticOverrides>().Rules.Set(
        new DiagnosticOverride(type, null, LogLevel.Information, Sampling: 1, default), TimeSpan.FromHours(1));

    private Task<ActorCluster> StartAsync(
        short silos = 1, Action<ActorOptions>? configure = null, LogLevel least = LogLevel.Information) =>
        ActorCluster.StartAsync(silos, configure, silo => silo.Services.AddLogging(logging => logging
            .ClearProviders()
            .AddProvider(_logs)
            .AddFilter(category: null, LogLevel.None)
            .AddFilter("Choir.Actors", least)));
}

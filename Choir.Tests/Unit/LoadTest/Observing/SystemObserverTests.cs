using System.Globalization;
using System.Net;
using Choir.LoadTest.Observing;
using Choir.LoadTest.Reports.Model;
using Microsoft.Extensions.Time.Testing;

namespace Choir.Tests.Unit.LoadTest.Observing;

public sealed class SystemObserverTests : IAsyncDisposable
{
    private const string List = """
        [
          { "targets": ["127.0.0.1:1"], "labels": { "service": "gateway", "host": "m", "instance": "gateway" } },
          { "targets": ["127.0.0.1:2"], "labels": { "service": "actor-host", "host": "m", "instance": "host" } }
        ]
        """;

    private readonly FakeTimeProvider _time = new();
    private readonly ScriptedSystem _system = new();
    private SystemObserver? _observer;

    public SystemObserverTests()
    {
        _system["/metrics/targets"] = () => Answer(List);
        _system["127.0.0.1:1"] = () => Answer(Metrics(0, 0));
        _system["127.0.0.1:2"] = () => Answer(Metrics(0, 0));
    }

    // It reads at its start, and then only when a test says so.
    private SystemObserver Observer => _observer ??= new SystemObserver(new Uri("http://gateway.test"), TimeSpan.FromHours(1), _time, _system);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await Observer.DisposeAsync();
        _system.Dispose();
    }

    [Fact]
    public async Task The_figures_are_those_between_begin_and_end()
    {
        _system["127.0.0.1:2"] = () => Answer(Metrics(100, 7));
        await Observer.BeginAsync(Token);
        _time.Advance(TimeSpan.FromSeconds(10));
        _system["127.0.0.1:2"] = () => Answer(Metrics(115, 3));
        var figures = await EndAsync();
        Assert.Equal([("gateway", 0), ("host", 1.5)], figures!.Processes.Select(process => (process.Name, process.CpuCores)));
        Assert.Equal([7, 3], figures.Processes[1].Series["queue"].Select(point => (int)point.Value));
        var machine = Assert.Single(figures.Machines);
        Assert.Equal(("m", 2, 50), (machine.Host, machine.Cores, machine.CpuPercent));
        Assert.Empty(figures.Unreachable);
    }

    [Fact]
    public async Task The_current_state_has_the_longest_queue()
    {
        _system["127.0.0.1:2"] = () => Answer(Metrics(100, 7));
        await Observer.BeginAsync(Token);
        Assert.Equal(new SystemNow(2, null, 50, 2_000, 7, "phase"), Observer.Current);
    }

    [Fact]
    public async Task A_process_that_stops_answering_keeps_its_figures_and_is_named()
    {
        await Observer.BeginAsync(Token);
        _time.Advance(TimeSpan.FromSeconds(10));
        _system["127.0.0.1:2"] = () => throw new HttpRequestException("refused");
        var figures = await EndAsync();
        Assert.Equal(["gateway"], figures!.Processes.Select(process => process.Name));
        Assert.Equal(["host (actor-host) did not answer 1 of 1 times: it cannot be reached."], figures.Unreachable);
    }

    [Theory]
    [InlineData(500, "", "status 500")]
    [InlineData(200, "", "its answer has none of Choir's metrics")]
    [InlineData(200, "<html>Please sign in</html>", "its answer has none of Choir's metrics")]
    public async Task A_strange_answer_is_said(int status, string body, string reason)
    {
        await Observer.BeginAsync(Token);
        _time.Advance(TimeSpan.FromSeconds(10));
        _system["127.0.0.1:2"] = () => Answer(body, (HttpStatusCode)status);
        Assert.Equal([$"host (actor-host) did not answer 1 of 1 times: {reason}."], (await EndAsync())!.Unreachable);
    }

    [Fact]
    public async Task An_endless_answer_is_given_up()
    {
        await Observer.BeginAsync(Token);
        _time.Advance(TimeSpan.FromSeconds(10));
        _system["127.0.0.1:2"] = () => new HttpResponseMessage { Content = new StreamContent(new EndlessStream()) };
        Assert.Equal(["host (actor-host) did not answer 1 of 1 times: its metrics are larger than 32 MiB."], (await EndAsync())!.Unreachable);
    }

    [Fact]
    public async Task A_gateway_that_lists_no_processes_any_more_is_said_and_the_known_ones_are_read_further()
    {
        await Observer.BeginAsync(Token);
        _time.Advance(TimeSpan.FromSeconds(10));
        _system["/metrics/targets"] = () => Answer("", HttpStatusCode.ServiceUnavailable);
        _system["127.0.0.1:2"] = () => Answer(Metrics(5, 0));
        var figures = await EndAsync();
        Assert.Equal(0.5, figures!.Processes[1].CpuCores);
        Assert.Equal(
            ["The list of processes could not be read to the end: GET /metrics/targets was answered with status 503."], figures.Unreachable);
    }

    [Fact]
    public async Task A_process_that_starts_during_the_measurement_counts_from_its_start()
    {
        _system["/metrics/targets"] = () => Answer(List[..List.IndexOf(",\n", StringComparison.Ordinal)] + "]");
        await Observer.BeginAsync(Token);
        _time.Advance(TimeSpan.FromSeconds(20));
        _system["/metrics/targets"] = () => Answer(List);
        var started = (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds - 10;
        _system["127.0.0.1:2"] = () => Answer(Metrics(5, 0, started));
        Assert.Equal(0.5, (await EndAsync())!.Processes[1].CpuCores, 3);
    }

    [Fact]
    public async Task Without_any_process_there_are_no_figures()
    {
        _system["/metrics/targets"] = () => throw new HttpRequestException("refused");
        await Observer.BeginAsync(Token);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Null(await EndAsync());
    }

    private async Task<SystemFigures?> EndAsync()
    {
        await Observer.EndAsync(Token);
        return Observer.ToFigures(null);
    }

    private static string Metrics(double cpu, int queue, double started = 1) => string.Create(CultureInfo.InvariantCulture, $$"""
        # TYPE dotnet_process_cpu_time_seconds_total counter
        dotnet_process_cpu_time_seconds_total{otel_scope_name="System.Runtime",cpu_mode="user"} {{cpu}} 1764444444000
        dotnet_process_memory_working_set_bytes 1000
        dotnet_process_cpu_count 2
        message_queue_length{actor_type="phase"} {{queue}}
        message_queue_longest{actor_type="phase"} {{queue}}
        system_cpu_usage_percent 50
        process_start_time_seconds {{started}}

        """);

    private static HttpResponseMessage Answer(string body, HttpStatusCode status = HttpStatusCode.OK) =>
        new(status) { Content = new StringContent(body) };

    /// <summary>Answers by the path of the gateway, or the address of a process.</summary>
    private sealed class ScriptedSystem : HttpMessageHandler
    {
        private readonly Dictionary<string, Func<HttpResponseMessage>> _answers = [];

        public Func<HttpResponseMessage> this[string name]
        {
            set => _answers[name] = value;
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var address = request.RequestUri!;
            return Task.FromResult(_answers[address.AbsolutePath == "/metrics" ? address.Authority : address.AbsolutePath]());
        }
    }

    private sealed class EndlessStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            buffer.Span.Fill((byte)'a');
            return ValueTask.FromResult(buffer.Length);
        }
    }
}

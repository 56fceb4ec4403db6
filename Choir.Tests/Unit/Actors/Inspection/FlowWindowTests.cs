using Choir.Actors;
using Choir.Actors.Hosting;
using Choir.Actors.Messaging;
using Choir.Observability;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Choir.Tests.Unit.Actors.Inspection;

public sealed class FlowWindowTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly Measurements _measurements = new();
    private readonly ActorTelemetry _telemetry;
    private readonly MessageKind _kind;

    public FlowWindowTests()
    {
        _telemetry = new ActorTelemetry(
            _time, Options.Create(new ObservabilityOptions()), _measurements.Factory, NullLogger<ActorTelemetry>.Instance,
            new RecentLogs(Options.Create(new ObservabilityOptions()), TimeProvider.System));
        var type = ActorType.Create(typeof(CounterActor), _telemetry.Numbers, []);
        _telemetry.Register([type.Telemetry], type.Kinds);
        _kind = _telemetry.Kinds[0];
    }

    public void Dispose()
    {
        _telemetry.Dispose();
        _measurements.Dispose();
    }

    [Fact]
    public void Messages_older_than_a_minute_count_in_the_total_only()
    {
        Count("gateway", messages: 600);
        Wait(30);
        Assert.Equal((30, 600, 600), Read());
        Count("gateway", messages: 6);
        Wait(25);
        Assert.Equal((55, 606, 606), Read());
        Wait(15);
        Assert.Equal((50, 606, 6), Read());
        Wait(60);
        Assert.Equal((50, 606, 0), Read());
    }

    [Fact]
    public void A_new_edge_counts_from_zero()
    {
        Wait(120);
        Count("Newcomer", messages: 3);
        Assert.Equal((50, 3, 3), Read());
    }

    [Fact]
    public void Idle_edges_take_no_further_memory()
    {
        for (var edge = 0; edge < 50; edge++)
        {
            Count($"Sender{edge}", messages: 1);
        }

        Wait(120);
        var idle = _telemetry.Recent.Memory;
        Assert.Equal(50 * 8 * FlowEdge.CellCount, idle);
        for (var step = 0; step < 30; step++)
        {
            Count("Sender0", messages: 1);
            Wait(10);
        }

        Assert.Equal(idle + (5 * 8 * FlowEdge.CellCount), _telemetry.Recent.Memory);
    }

    private void Count(string source, int messages) =>
        _telemetry.Cells.Current().OfEdge(_kind.EdgeFrom(_telemetry.Flow, source))[(int)Outcome.Ok] += messages;

    private void Wait(int seconds)
    {
        for (var second = 0; second < seconds; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            _telemetry.Recent.Tick();
        }
    }

    private (int Seconds, long Total, long Recent) Read()
    {
        var (seconds, edges) = _telemetry.Recent.Read();
        var edge = Assert.Single(edges);
        return ((int)Math.Round(seconds), edge.Total[0], edge.Recent[0]);
    }
}

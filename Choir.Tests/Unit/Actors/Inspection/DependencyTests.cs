using Choir.Actors.Inspection;
using Choir.Observability;
using Choir.Tests.Support.Hostile;
using Choir.Tests.Unit.Actors.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Orleans.Runtime;

namespace Choir.Tests.Unit.Actors.Inspection;

public sealed class DependencyTests
{
    private static readonly DependencyFigures Row = new("odd", "call", 1, 1, 1, 0, 0, null, 0);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Calls_of_the_last_minute_are_reported_by_kind()
    {
        var calls = new DependencyCalls("database", _time);
        var select = calls.Operation("select");
        for (var call = 0; call < 60; call++)
        {
            var started = select.Started();
            _time.Advance(TimeSpan.FromSeconds(1));
            select.Ended(started, failed: call % 4 == 0);
        }

        var running = calls.Operation("update").Started();
        var rows = calls.Read();
        Assert.Equal(["select", "update"], rows.Select(row => row.Operation));
        Assert.Equal(("database", 0, 0.25), (rows[0].Name, rows[0].InUse, Math.Round(rows[0].ErrorShare, 2)));
        Assert.InRange(rows[0].CallsPerSecond, 0.95, 1.05);
        Assert.Equal(1_000, rows[0].MeanMs!.Value, 0.001);
        Assert.InRange(rows[0].P95Ms!.Value, 875, 1_125);
        Assert.Equal((1, 0.0, null), (rows[1].InUse, rows[1].CallsPerSecond, rows[1].MeanMs));

        calls.Operation("update").Ended(running, failed: false);
        Assert.Equal(0, calls.Read()[1].InUse);
        _time.Advance(TimeSpan.FromSeconds(61));
        Assert.All(calls.Read(), row => Assert.Equal((0.0, null, null, 0.0), (row.CallsPerSecond, row.MeanMs, row.P95Ms, row.ErrorShare)));
    }

    [Fact]
    public void A_short_time_is_not_taken_for_a_minute()
    {
        var calls = new DependencyCalls("model", _time);
        var chat = calls.Operation("chat");
        _time.Advance(TimeSpan.FromSeconds(2));
        for (var call = 0; call < 20; call++)
        {
            chat.Record(TimeSpan.FromMilliseconds(3), failed: false);
        }

        Assert.Equal(10, Assert.Single(calls.Read()).CallsPerSecond);
    }

    [Fact]
    public void Further_kinds_are_counted_as_one()
    {
        var calls = new DependencyCalls("odd", _time);
        for (var kind = 0; kind < 100; kind++)
        {
            calls.Operation($"kind-{kind}").Record(TimeSpan.FromMilliseconds(1), failed: false);
        }

        _time.Advance(TimeSpan.FromSeconds(1));
        var rows = calls.Read();
        Assert.Equal(DependencyCalls.MaxOperations + 1, rows.Count);
        Assert.Equal(100 - DependencyCalls.MaxOperations, rows.Single(row => row.Operation == "other").CallsPerSecond);
    }

    [Fact]
    public async Task A_host_reports_what_its_services_report_and_leaves_out_what_fails_or_has_no_name()
    {
        var calls = new DependencyCalls("model", TimeProvider.System);
        calls.Operation("chat").Record(TimeSpan.FromMilliseconds(5), failed: false);
        await using var cluster = await InspectedCluster.StartAsync(silos: 1, configureSilo: silo => silo.Services
            .AddSingleton<IDependencyFigures>(new ScriptedFigures(() => throw new InvalidOperationException("broken")))
            .AddSingleton<IDependencyFigures>(new ScriptedFigures(() => null!))
            .AddSingleton<IDependencyFigures>(new ScriptedFigures(() => [null!, Row with { Name = null! }, Row with { Operation = null! }]))
            .AddSingleton<IDependencyFigures>(calls));
        var host = Assert.Single((await cluster.Inspection.HostsAsync(TestContext.Current.CancellationToken)).Hosts);
        Assert.Equal(("model", "chat", 5.0), Assert.Single(host.Dependencies) is var row ? (row.Name, row.Operation, row.MeanMs!.Value) : default);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(-1)]
    public async Task Figures_that_cannot_be_are_not_known(double odd)
    {
        var row = new DependencyFigures("odd", "call", odd, odd, odd, odd, -2, -3, -4);
        await using var cluster = await InspectedCluster.StartAsync(
            silos: 1, configureSilo: silo => silo.Services.AddSingleton<IDependencyFigures>(new ScriptedFigures(() => [row])));
        var host = Assert.Single((await cluster.Inspection.HostsAsync(TestContext.Current.CancellationToken)).Hosts);
        Assert.Equal([new DependencyFigures("odd", "call", 0, null, null, 0, 0, null, 0)], host.Dependencies);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_wall_clock_that_is_set_does_not_change_the_uptime_of_a_host(int hours)
    {
        var clock = new SteppedClock();
        await using var cluster = await InspectedCluster.StartAsync(silos: 1);
        var reader = new HostReader(cluster.Actors.Of<ActorTelemetry>(), clock, cluster.Actors.Of<ILocalSiloDetails>(), []);
        var before = reader.Read().UptimeSeconds;
        clock.StepWall(TimeSpan.FromHours(hours));
        clock.HoldMonotonic(TimeSpan.FromMinutes(-1));
        Assert.InRange(reader.Read().UptimeSeconds - before, 60, 1_800);
    }

    [Fact]
    public async Task The_time_of_messages_is_that_in_queues_and_that_in_handlers()
    {
        await using var cluster = await InspectedCluster.StartAsync(silos: 2);
        for (var message = 0; message < 20; message++)
        {
            await cluster.Actors.AskAsync(nameof(CounterActor), "c", "READ");
        }

        var types = await cluster.Inspection.TypesAsync(TestContext.Current.CancellationToken);
        var type = types.Types.Single(one => one.Type == nameof(CounterActor));
        Assert.True(type.MeanQueueMs >= 0 && type.MeanProcessingMs > 0);
        Assert.Equal((type.MeanQueueMs + type.MeanProcessingMs)!.Value, type.MeanMs!.Value, 1e-9);
        var host = Assert.Single(type.Hosts, one => one.MessagesPerSecond > 0);
        Assert.Equal((type.MeanQueueMs, type.MeanProcessingMs, type.P95Ms), (host.MeanQueueMs, host.MeanProcessingMs, host.P95Ms));
        var edge = (await cluster.Inspection.FlowAsync(TestContext.Current.CancellationToken)).Edges.Single(one => one.MessageType == "READ");
        Assert.Equal((type.MeanQueueMs, type.MeanProcessingMs), (edge.MeanQueueMs, edge.MeanProcessingMs));
    }

    private sealed class ScriptedFigures(Func<IReadOnlyList<DependencyFigures>> read) : IDependencyFigures
    {
        public IReadOnlyList<DependencyFigures> Read() => read();
    }
}

using Choir.Actors;
using Choir.Observability;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Telemetry.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Choir.Tests.Unit.Actors.Telemetry;

/// <summary>The gauge that the rule HotActor reads: what it shows is at its limit where it shows 1.</summary>
public sealed class HotBusyGaugeTests : IDisposable
{
    private readonly Measurements _measurements = new();
    private readonly FakeTimeProvider _time = new();
    private readonly ActorTelemetry _telemetry;
    private readonly HotMeter _meter;

    public HotBusyGaugeTests()
    {
        var options = Options.Create(new ObservabilityOptions { FlightRecorderCapacity = 1_024 });
        _telemetry = new ActorTelemetry(_time, options, _measurements.Factory, NullLogger<ActorTelemetry>.Instance, new RecentLogs(options, _time));
        _meter = new HotMeter(_telemetry, _measurements.Factory, _time);
        _meter.Start();
    }

    public void Dispose()
    {
        _meter.Dispose();
        _telemetry.Dispose();
        _measurements.Dispose();
    }

    [Fact]
    public void An_actor_whose_handler_took_more_than_a_minute_was_busy_all_the_time()
    {
        Handle(isSequential: true, "long", seconds: 100);
        Handle(isSequential: true, "short", seconds: 15);
        Assert.Equal([("long", 1.0), ("short", 0.25)], Shown("actor.hot.busy"));
        Assert.Equal([("long", 100.0), ("short", 15.0)], Shown("actor.hot.processing_time"));
    }

    [Fact]
    public void Grains_whose_calls_interleave_are_not_among_the_busy_but_among_the_slow()
    {
        Handle(isSequential: false, "reentrant", seconds: 50);
        Assert.Empty(Shown("actor.hot.busy"));
        Assert.Equal([("reentrant", 50.0)], Shown("actor.hot.processing_time"));
    }

    private void Handle(bool isSequential, string id, long seconds)
    {
        var type = new TypeTelemetry(id, _telemetry.Windows, isGrain: true, isSequential);
        _telemetry.Register([type], []);
        type.Hot.Handled(LooseActors.Of(id), seconds * _time.TimestampFrequency, failed: false);
    }

    private IEnumerable<(string?, double)> Shown(string gauge) =>
        _measurements.Look(gauge).Select(one => (one.Tags[TelemetryNames.ActorId], Math.Round(one.Value, 6)));
}

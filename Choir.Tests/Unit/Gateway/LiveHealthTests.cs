using Choir.Gateway.LivePages;
using Choir.ServiceDefaults.Health;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Choir.Tests.Unit.Gateway;

/// <summary>The health on the live pages while the gateway starts.</summary>
public sealed class LiveHealthTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ScriptedMonitor _monitor = new();

    [Fact]
    public async Task Actors_that_are_not_reached_yet_are_unknown_while_the_process_starts_and_unhealthy_later()
    {
        var health = new LiveHealth(_monitor, Options.Create(new HealthOptions()), _time);
        Assert.Equal(["unknown", "unhealthy"], await StatusesAsync(health));
        _time.Advance(new HealthOptions().StartGrace);
        Assert.Equal(["unhealthy", "unhealthy"], await StatusesAsync(health));
    }

    [Fact]
    public async Task Actors_that_were_reached_and_are_no_more_are_unhealthy_at_once()
    {
        var health = new LiveHealth(_monitor, Options.Create(new HealthOptions()), _time);
        var away = _monitor.Actors;
        _monitor.Actors = ComponentHealth.Healthy;
        Assert.Equal(["healthy", "unhealthy"], await StatusesAsync(health));
        _monitor.Actors = away;
        Assert.Equal(["unhealthy", "unhealthy"], await StatusesAsync(health));
    }

    private static async Task<IEnumerable<string>> StatusesAsync(LiveHealth health) =>
        (await health.HealthAsync(TestContext.Current.CancellationToken)).Select(one => one.Status);

    private sealed class ScriptedMonitor : IHealthMonitor
    {
        public ComponentHealth Actors { get; set; } = ComponentHealth.Unhealthy("Actor system is not running");

        public Task<HealthView> CurrentAsync(CancellationToken cancellationToken) => Task.FromResult(HealthView.Of(new Dictionary<string, ComponentHealth>
        {
            [HealthComponents.ActorSystem] = Actors, [HealthComponents.Database] = ComponentHealth.Unhealthy("Database error: it is away"),
        }));

        public Task<HealthView> CurrentAsync(IEnumerable<string> components, CancellationToken cancellationToken) => CurrentAsync(cancellationToken);

        public ComponentHealth? LastKnown(string component) => null;
    }
}

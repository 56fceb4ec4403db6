using Choir.Actors.Inspection;
using Choir.Observatory;
using Choir.Observatory.Live;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Choir.Tests.Integration.Observatory;

/// <summary>What the pages read besides the figures of actors.</summary>
public sealed class LiveFiguresTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private readonly LogCollector _logs = new();
    private readonly ScriptedFacts _facts = new();
    private ActorCluster _cluster = null!;
    private LiveFigures _live = null!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await ActorCluster.StartAsync();
        var services = _cluster.Cluster.Client.ServiceProvider;
        _live = new LiveFigures(
            services, services.GetRequiredService<IActorInspection>(), new ObservatoryOptions { Facts = _facts }, _time, _logs.CreateLogger("Live"));
    }

    public async ValueTask DisposeAsync()
    {
        _live.Dispose();
        _logs.Dispose();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task A_host_that_comes_and_goes_is_a_change()
    {
        await ReadAsync();
        Assert.Empty(_live.Events.Latest);
        var host = await _cluster.Cluster.StartAdditionalSiloAsync();
        await Eventually.HoldsAsync("the host to have come", async () =>
        {
            await ReadAsync();
            return _live.Events.Latest.Any(change => change.Text == $"{host.Name} came");
        });
        await _cluster.Cluster.StopSiloAsync(host, TestContext.Current.CancellationToken);
        await Eventually.HoldsAsync("the host to have left", async () =>
        {
            await ReadAsync();
            return _live.Events.Latest.Any(change => change.Text == $"{host.Name} left");
        });
    }

    [Fact]
    public async Task Facts_that_fail_or_hang_are_said_to_be_unreadable_once_in_the_log_and_the_figures_are_read()
    {
        await ReadAsync();
        Assert.Equal("Orders", Assert.Single(_live.Facts).Name);
        _facts.Read = () => throw new InvalidOperationException("no facts");
        await ReadAsync();
        Assert.Equal("They cannot be read.", Assert.Single(_live.Facts).Detail);
        _facts.Read = () => new TaskCompletionSource<IReadOnlyList<ObservatoryFact>>().Task;
        var (hanging, before) = (ReadAsync(), _live.Current);
        await Eventually.HoldsAsync("the facts to be given up", () =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return hanging.IsCompleted;
        });
        await hanging;
        Assert.Equal("They cannot be read.", Assert.Single(_live.Facts).Detail);
        Assert.NotSame(before, _live.Current);
        Assert.Null(_live.Problem);
        Assert.Equal("no facts", Assert.Single(_logs.Records, record => record.Level == LogLevel.Warning).Message.Split(": ")[^1]);
    }

    private Task ReadAsync()
    {
        _time.Advance(TimeSpan.FromSeconds(5));
        return _live.ReadAsync(watched: true);
    }

    private sealed class ScriptedFacts : IObservatoryFacts
    {
        public Func<Task<IReadOnlyList<ObservatoryFact>>> Read { get; set; } = static () =>
            Task.FromResult<IReadOnlyList<ObservatoryFact>>([new ObservatoryFact("Orders", 1, null, ObservatoryFactState.Good, null)]);

        public Task<IReadOnlyList<ObservatoryFact>> FactsAsync(CancellationToken cancellationToken) => Read();
    }
}

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
    private readonly ScriptedHealth _health = new();
    private readonly ScriptedAlerts _alerts = new();
    private ActorCluster _cluster = null!;
    private LiveFigures _live = null!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await ActorCluster.StartAsync();
        var services = _cluster.Cluster.Client.ServiceProvider;
        _live = new LiveFigures(
            services, services.GetRequiredService<IActorInspection>(), new ObservatoryOptions { Facts = _facts, Health = _health, Alerts = _alerts }, _time, _logs.CreateLogger("Live"));
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

    [Fact]
    public async Task A_page_that_opens_after_nobody_looked_shows_no_old_facts_and_new_ones_at_once()
    {
        await ReadAsync();
        Assert.Equal(1, Assert.Single(_live.Facts).Value);
        await ReadAsync(watched: false);
        Assert.Empty(_live.Facts);

        // At once, although the health was read just now.
        _facts.Read = () => Task.FromResult<IReadOnlyList<ObservatoryFact>>([new ObservatoryFact("Orders", 2, null, ObservatoryFactState.Good, null)]);
        await _live.ReadAsync(watched: true);
        Assert.Equal(2, Assert.Single(_live.Facts).Value);
    }

    [Fact]
    public async Task Health_that_never_answers_or_blocks_does_not_stop_the_readings()
    {
        using var blocked = new ManualResetEventSlim();
        foreach (var read in new Func<Task<IReadOnlyList<ObservatoryComponent>>>[]
            { () => new TaskCompletionSource<IReadOnlyList<ObservatoryComponent>>().Task, () => { blocked.Wait(Token); return Task.FromResult<IReadOnlyList<ObservatoryComponent>>([]); } })
        {
            using var live = NewLive(new ScriptedHealth { Read = read });
            var hanging = live.ReadAsync(watched: true);
            await Eventually.HoldsAsync("the health to be given up", () =>
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                return hanging.IsCompleted;
            });
            await hanging;
            Assert.Equal("It cannot be read.", Assert.Single(live.Health).Reason);
            Assert.NotNull(live.Current);

            // A question that is still open is not asked again, and not waited for.
            _time.Advance(TimeSpan.FromSeconds(5));
            await live.ReadAsync(watched: true);
            Assert.Equal("It cannot be read.", Assert.Single(live.Health).Reason);
        }

        blocked.Set();
    }

    [Fact]
    public async Task The_figures_do_not_wait_for_a_source_that_hangs()
    {
        using var live = NewLive(new ScriptedHealth { Read = () => new TaskCompletionSource<IReadOnlyList<ObservatoryComponent>>().Task });
        var shown = 0;
        using var page = live.Subscribe(() => Interlocked.Increment(ref shown));
        live.Start();

        // Less than the time for which the source is waited for.
        var steps = 0;
        await Eventually.HoldsAsync("two readings to be shown", () =>
        {
            if (Volatile.Read(ref shown) > 0 && steps++ < 25)
            {
                _time.Advance(TimeSpan.FromMilliseconds(100));
            }

            return Volatile.Read(ref shown) >= 2;
        });
        Assert.NotNull(live.Why);
        Assert.Empty(live.Health);
        live.Stop();
    }

    [Fact]
    public async Task Health_is_kept_while_nobody_looks_with_its_changes_their_reasons_and_the_times_in_which_it_was_not_known()
    {
        _health.Read = Healthy;
        await ReadAsync(watched: false);
        await ReadAsync(watched: false);
        var bad = Says(new("database", "unhealthy", "it is locked"));
        _health.Read = bad;
        await ReadAsync(watched: false);
        var failedAt = _time.GetUtcNow();
        await ReadAsync(watched: false);
        _health.Read = () => throw new InvalidOperationException("no health");
        await ReadAsync(watched: true);
        _health.Read = Healthy;
        await ReadAsync(watched: false);

        var database = Assert.Single(_live.HealthHistory.Read());
        Assert.Equal("database", database.Name);
        Assert.Equal(
            [("healthy", 10, null), ("unhealthy", 10, "it is locked"), ("unknown", 5, "It cannot be read."), ("healthy", 0, null)],
            database.Spans.Select(span => (span.Status, (int)(span.Until - span.From).TotalSeconds, span.Reason)));
        Assert.Equal(failedAt, database.Spans[1].From);

        static Task<IReadOnlyList<ObservatoryComponent>> Healthy() => Says(new ObservatoryComponent("database", "healthy", null))();
        static Func<Task<IReadOnlyList<ObservatoryComponent>>> Says(ObservatoryComponent component) => () => Task.FromResult<IReadOnlyList<ObservatoryComponent>>([component]);
    }

    [Fact]
    public async Task Lists_that_are_null_and_incomplete_alerts_cannot_be_read()
    {
        _facts.Read = () => Task.FromResult<IReadOnlyList<ObservatoryFact>>(null!);
        _health.Read = () => Task.FromResult<IReadOnlyList<ObservatoryComponent>>(null!);
        await ReadAsync();
        Assert.Equal("They cannot be read.", Assert.Single(_live.Facts).Detail);
        Assert.Equal("It cannot be read.", Assert.Single(_live.Health).Reason);
        var known = Alert("known");
        foreach (var alerts in new ObservatoryAlertList?[]
            { null, List(null!), List([null!]), List([known with { Labels = null! }]), List([known with { Name = null! }]), List([known with { Severity = null! }]) })
        {
            _alerts.Read = () => Task.FromResult(List([known]));
            await ReadAsync();
            Assert.Null(_live.Alerts!.Problem);
            _alerts.Read = () => Task.FromResult(alerts!);
            await ReadAsync();
            Assert.Equal(("known", "The alerts cannot be read."), (Assert.Single(_live.Alerts!.Alerts).Name, _live.Alerts.Problem));
        }

        Assert.Null(_live.Problem);
    }

    [Fact]
    public async Task A_component_or_fact_without_a_name_is_shown_without_one_beside_the_others()
    {
        _facts.Read = () => Task.FromResult<IReadOnlyList<ObservatoryFact>>([new("Orders", 1, null, ObservatoryFactState.Good, null), null!, new(null!, 2, null, ObservatoryFactState.Bad, null)]);
        _health.Read = () => Task.FromResult<IReadOnlyList<ObservatoryComponent>>([null!, new("database", "healthy", null), new(null!, "degraded", "slow"), new("shelves", null!, null)]);
        await ReadAsync();
        Assert.Equal([("Orders", 1.0), ("unnamed", null), ("unnamed", 2.0)], _live.Facts.Select(fact => (fact.Name, fact.Value)));
        Assert.Equal(
            [("unnamed", "degraded", "slow"), ("database", "healthy", null), ("shelves", "unknown", null)], _live.Health.Select(one => (one.Name, one.Status, one.Reason)));
        Assert.Equal(_live.Health.Select(one => one.Name), _live.HealthHistory.Read().Select(one => one.Name));
    }

    [Fact]
    public async Task A_component_that_is_named_several_times_is_shown_once_with_its_worst_status()
    {
        foreach (var (worst, other) in new[] { ("unhealthy", "degraded"), ("degraded", "splendid"), ("unknown", "healthy") })
        {
            foreach (var both in new[] { (string[])[worst, other], [other, worst] })
            {
                _health.Read = () => Task.FromResult<IReadOnlyList<ObservatoryComponent>>([.. both.Select(status => new ObservatoryComponent("database", status, null))]);
                await ReadAsync();
                Assert.Equal(worst, Assert.Single(_live.Health).Status);
            }
        }
    }

    [Fact]
    public async Task Long_lists_are_bounded_and_values_that_are_not_finite_are_not_known()
    {
        _facts.Read = () => Task.FromResult<IReadOnlyList<ObservatoryFact>>(
            [.. Enumerable.Range(0, 5_000).Select(i => new ObservatoryFact($"{i}", double.NaN, null, ObservatoryFactState.Good, null))]);
        _alerts.Read = () => Task.FromResult(List([.. Enumerable.Range(0, ApplicationSources.MaxAlerts + 1).Select(i => Alert($"{i}"))]));
        await ReadAsync();
        Assert.Equal((ApplicationSources.MaxFacts + 1, "Further facts"), (_live.Facts.Count, _live.Facts[^1].Name));
        Assert.Equal(4_800.0, _live.Facts[^1].Value);
        Assert.Null(_live.Facts[0].Value);
        Assert.Equal((ApplicationSources.MaxAlerts, true), (_live.Alerts!.Alerts.Count, _live.Alerts.IsCut));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static ObservatoryAlertList List(IReadOnlyList<ObservatoryAlert> alerts) => new(alerts, "test", null, null);

    private static ObservatoryAlert Alert(string name) => new(name, "warning", "firing", "", new Dictionary<string, string>(), default, default);

    private LiveFigures NewLive(IObservatoryHealth health)
    {
        var services = _cluster.Cluster.Client.ServiceProvider;
        return new LiveFigures(
            services, services.GetRequiredService<IActorInspection>(), new ObservatoryOptions { Health = health }, _time, _logs.CreateLogger("Live"));
    }

    private Task ReadAsync(bool watched = true)
    {
        _time.Advance(TimeSpan.FromSeconds(5));
        return _live.ReadAsync(watched);
    }

    private sealed class ScriptedFacts : IObservatoryFacts
    {
        public Func<Task<IReadOnlyList<ObservatoryFact>>> Read { get; set; } = static () =>
            Task.FromResult<IReadOnlyList<ObservatoryFact>>([new ObservatoryFact("Orders", 1, null, ObservatoryFactState.Good, null)]);

        public Task<IReadOnlyList<ObservatoryFact>> FactsAsync(CancellationToken cancellationToken) => Read();
    }

    private sealed class ScriptedHealth : IObservatoryHealth
    {
        public Func<Task<IReadOnlyList<ObservatoryComponent>>> Read { get; set; } = static () => Task.FromResult<IReadOnlyList<ObservatoryComponent>>([]);

        public Task<IReadOnlyList<ObservatoryComponent>> HealthAsync(CancellationToken cancellationToken) => Read();
    }

    private sealed class ScriptedAlerts : IObservatoryAlerts
    {
        public Func<Task<ObservatoryAlertList>> Read { get; set; } = static () => Task.FromResult(List([]));

        public Task<ObservatoryAlertList> AlertsAsync(CancellationToken cancellationToken) => Read();

        public string? Runbook(string alert) => null;
    }
}

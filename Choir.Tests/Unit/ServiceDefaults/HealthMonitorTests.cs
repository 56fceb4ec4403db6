using System.Diagnostics;
using Choir.ServiceDefaults.Health;
using Choir.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Choir.Tests.Unit.ServiceDefaults;

public sealed class HealthMonitorTests : IDisposable
{
    private static readonly string[] Database = [HealthComponents.Database];

    private readonly FakeTimeProvider _time = new();
    private readonly LogCollector _logs = new();
    private readonly ScriptedCheck _database = new();
    private readonly ScriptedCheck _blockchain = new();
    private readonly ServiceProvider _services;

    public HealthMonitorTests()
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(_logs));
        services.AddSingleton<TimeProvider>(_time);
        services.AddSingleton<HealthMonitor>();
        services.AddHealthChecks()
            .AddCheck(HealthComponents.Database, _database)
            .AddCheck(HealthComponents.Blockchain, _blockchain);
        _services = services.BuildServiceProvider();
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private HealthMonitor Monitor => _services.GetRequiredService<HealthMonitor>();

    public void Dispose() => _services.Dispose();

    [Fact]
    public async Task Concurrent_probes_share_one_check()
    {
        var answer = new TaskCompletionSource<HealthCheckResult>();
        _database.Answer = _ => answer.Task;
        var probes = Enumerable.Range(0, 50).Select(_ => Monitor.CurrentAsync(Database, Stop)).ToArray();
        answer.SetResult(HealthCheckResult.Healthy());
        await Task.WhenAll(probes);
        Assert.Equal(1, _database.Asked);
    }

    [Fact]
    public async Task A_result_is_cached_for_one_second()
    {
        await Monitor.CurrentAsync(Database, Stop);
        _database.Says(HealthCheckResult.Unhealthy("Database error: away"));
        _time.Advance(TimeSpan.FromSeconds(0.9));
        Assert.Equal("healthy", (await Monitor.CurrentAsync(Database, Stop)).Status);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal("unhealthy", (await Monitor.CurrentAsync(Database, Stop)).Status);
        Assert.Equal(2, _database.Asked);
    }

    [Fact]
    public async Task A_check_that_ignores_cancellation_is_unhealthy_after_two_seconds_and_never_runs_twice_at_once()
    {
        var answer = new TaskCompletionSource<HealthCheckResult>();
        _database.Answer = _ => answer.Task;
        for (var i = 0; i < 3; i++)
        {
            var probe = Monitor.CurrentAsync(Database, Stop);

            // The check runs on another thread, which may start later on a busy machine.
            await Eventually.HoldsAsync("the check to be asked", () => _database.Asked > 0);
            await ElapseAsync(probe, TimeSpan.FromSeconds(2));
            var view = await probe;
            Assert.Equal("Database error: no answer within 2 s", view.Components[HealthComponents.Database].Reason);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(1, _database.Asked);
        answer.SetResult(HealthCheckResult.Healthy());
        await Eventually.HoldsAsync(
            "the answer that came late to be taken",
            async () =>
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                var probe = Monitor.CurrentAsync(Database, Stop);
                await ElapseAsync(probe, TimeSpan.FromSeconds(2));
                return (await probe).Status == "healthy";
            });
    }

    [Fact]
    public async Task A_frozen_chain_does_not_delay_the_health_of_the_database()
    {
        _blockchain.Answer = _ => new TaskCompletionSource<HealthCheckResult>().Task;
        var all = Monitor.CurrentAsync(Stop);
        Assert.Equal("healthy", (await Monitor.CurrentAsync(Database, Stop)).Status);
        Assert.False(all.IsCompleted);
    }

    [Fact]
    public async Task A_check_does_not_run_in_the_trace_of_a_caller()
    {
        var seen = "not asked";
        _database.Answer = _ =>
        {
            seen = Activity.Current?.OperationName;
            return Task.FromResult(HealthCheckResult.Healthy());
        };
        using var request = new Activity("request").Start();
        await LookAsync();
        Assert.Null(seen);
    }

    [Fact]
    public async Task A_change_is_logged_once_and_so_is_the_recovery()
    {
        await LookAsync();
        _database.Says(HealthCheckResult.Unhealthy("Database error: away"));
        await LookAsync();
        await LookAsync();
        _database.Says(HealthCheckResult.Healthy());
        await LookAsync();
        await LookAsync();

        var records = _logs.Records;
        Assert.Equal(["component_healthy", "actor_system_unstable", "component_healthy"], records.Select(record => record.Event));
        Assert.Equal(LogLevel.Critical, records[1].Level);
        Assert.Contains("Database error: away", records[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_starting_component_is_logged_as_failed_only_after_the_grace_period()
    {
        _database.Says(HealthCheckResult.Unhealthy("Database error: away"));
        await LookAsync();
        Assert.Empty(_logs.Records);
        _time.Advance(TimeSpan.FromSeconds(30));
        await LookAsync();
        Assert.Equal("actor_system_unstable", Assert.Single(_logs.Records).Event);
    }

    [Fact]
    public async Task Changes_are_detected_without_probes()
    {
        await Monitor.StartAsync(Stop);
        await Eventually.HoldsAsync("the first look", () => _database.Asked == 1);
        await Eventually.HoldsAsync(
            "a second look as time goes by",
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(5));
                return _database.Asked > 1;
            });
        await Monitor.StopAsync(Stop);
    }

    private async Task LookAsync()
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        await Monitor.CurrentAsync(Database, Stop);
    }

    // The fake clock advances only explicitly, and the timer may not be set yet.
    private async Task ElapseAsync(Task task, TimeSpan duration) =>
        await Eventually.HoldsAsync(
            "a look to end",
            () =>
            {
                if (!task.IsCompleted)
                {
                    _time.Advance(duration);
                }

                return task.IsCompleted;
            });
}

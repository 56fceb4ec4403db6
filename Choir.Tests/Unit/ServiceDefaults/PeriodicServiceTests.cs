using Choir.ServiceDefaults;
using Choir.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Choir.Tests.Unit.ServiceDefaults;

public sealed class PeriodicServiceTests : IDisposable
{
    private readonly LogCollector _logs = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _logs.Dispose();

    [Fact]
    public async Task It_runs_at_the_start_and_then_at_each_interval_until_it_is_stopped()
    {
        var time = new FakeTimeProvider();
        using var service = new CountingService(TimeSpan.FromSeconds(10), time, _logs, failures: 0);
        await service.StartAsync(Stop);
        await Eventually.HoldsAsync("the first run", () => service.Runs == 1);
        time.Advance(TimeSpan.FromSeconds(10));
        await Eventually.HoldsAsync("the second run", () => service.Runs == 2);
        await service.StopAsync(Stop);
        time.Advance(TimeSpan.FromSeconds(100));
        Assert.Equal(2, service.Runs);
        Assert.Empty(_logs.Records);
    }

    [Theory]
    [InlineData(typeof(InvalidOperationException))]
    [InlineData(typeof(OperationCanceledException))]
    public async Task A_failed_run_is_repeated_after_the_retry_interval_and_logged_once_until_a_success(Type failure)
    {
        using var service = new CountingService(TimeSpan.FromHours(1), TimeProvider.System, _logs, failures: 3, failure);
        await service.StartAsync(Stop);
        await Eventually.HoldsAsync("a success", () => _logs.Records.Count == 2);
        await service.StopAsync(Stop);

        // One more if the timer of a millisecond was due again while the fourth run ended.
        Assert.InRange(service.Runs, 4, 5);
        Assert.Equal(
            ["periodic_service_failed", "periodic_service_recovered"], _logs.Records.Select(record => record.Event));
        Assert.Equal(3, _logs.Records[1].Fields["failures"]);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 4)]
    [InlineData(4, 5)]
    [InlineData(100_000, 5)]
    public void The_time_to_the_next_run_doubles_with_each_failure_up_to_the_interval(int failures, int seconds) =>
        Assert.Equal(
            TimeSpan.FromSeconds(seconds),
            PeriodicService.RetryDelay(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), failures));

    [Fact]
    public async Task A_run_that_fails_because_the_host_stops_is_no_failure()
    {
        using var service = new FailingAtStopService(_logs);
        await service.StartAsync(Stop);
        await service.Begun.WaitAsync(Stop);
        await service.StopAsync(Stop);
        Assert.True(service.ExecuteTask!.IsCompletedSuccessfully);
        Assert.Empty(_logs.Records);
    }

    private sealed class FailingAtStopService(LogCollector logs) : PeriodicService(TimeSpan.FromHours(1), TimeProvider.System, logs.CreateLogger("test"))
    {
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Begun => _begun.Task;

        protected override async Task RunAsync(CancellationToken cancellationToken)
        {
            _begun.SetResult();
            var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var registration = cancellationToken.Register(stopping.SetResult);
            await stopping.Task;
            throw new InvalidOperationException("The database has stopped.");
        }
    }

    private sealed class CountingService(
        TimeSpan interval, TimeProvider time, LogCollector logs, int failures, Type? failure = null)
        : PeriodicService(interval, time, logs.CreateLogger("test"))
    {
        private volatile int _runs;

        public int Runs => _runs;

        protected override TimeSpan RetryInterval => TimeSpan.FromMilliseconds(1);

        protected override Task RunAsync(CancellationToken cancellationToken) =>
            ++_runs <= failures ? throw (Exception)Activator.CreateInstance(failure!)! : Task.CompletedTask;
    }
}

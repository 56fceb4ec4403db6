using Choir.ActorHost.Ledger;
using Choir.Tests.Support.Hostile;
using Microsoft.Extensions.Time.Testing;
using Nethereum.JsonRpc.Client;

namespace Choir.Tests.Unit.Ledger;

public sealed class PumpBackoffTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly PumpBackoff _backoff;

    public PumpBackoffTests() => _backoff = new PumpBackoff(
        new ChainOptions { PollInterval = TimeSpan.FromSeconds(1), MaxBackoff = TimeSpan.FromSeconds(15) }, _time);

    [Fact]
    public void The_delay_doubles_up_to_its_maximum() => Assert.Equal(
        [1, 2, 4, 8, 15, 15],
        new[] { 0, 1, 2, 3, 4, 1_000_000 }.Select(failures => _backoff.DelayAfter(failures).TotalSeconds));

    [Fact]
    public void A_failure_backoffs_and_time_ends_it()
    {
        Assert.False(_backoff.IsActive);
        _backoff.Start(new InvalidOperationException());
        Assert.True(_backoff.IsActive);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(_backoff.IsActive);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void A_changed_wall_clock_neither_ends_nor_prolongs_the_delay(int hours)
    {
        var time = new SteppedClock();
        var backoff = new PumpBackoff(
            new ChainOptions { PollInterval = TimeSpan.FromMinutes(1), MaxBackoff = TimeSpan.FromMinutes(10) }, time);
        backoff.Start(new InvalidOperationException());
        time.StepWall(TimeSpan.FromHours(hours));
        Assert.True(backoff.IsActive);
        time.HoldMonotonic(TimeSpan.FromMinutes(-1));
        Assert.False(backoff.IsActive);
    }

    [Fact]
    public void The_same_failure_is_new_only_once_until_a_success()
    {
        Assert.True(_backoff.Start(new RpcClientTimeoutException("slow", new TimeoutException())));
        Assert.False(_backoff.Start(new RpcClientUnknownException("gone", new HttpRequestException())));
        Assert.True(_backoff.Start(new InvalidOperationException("other")));
        Assert.True(_backoff.Reset());
        Assert.False(_backoff.Reset());
        Assert.True(_backoff.Start(new InvalidOperationException("other")));
    }
}

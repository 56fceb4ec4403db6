using Choir.ActorHost.Ledger;
using Microsoft.Extensions.Time.Testing;
using Nethereum.JsonRpc.Client;

namespace Choir.Tests.Unit.Ledger;

public sealed class PumpPauseTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly PumpPause _pause;

    public PumpPauseTests() => _pause = new PumpPause(
        new ChainOptions { PollInterval = TimeSpan.FromSeconds(1), MaxBackoff = TimeSpan.FromSeconds(15) }, _time);

    [Fact]
    public void Pauses_double_up_to_the_longest() => Assert.Equal(
        [1, 2, 4, 8, 15, 15],
        new[] { 0, 1, 2, 3, 4, 1_000_000 }.Select(failures => _pause.After(failures).TotalSeconds));

    [Fact]
    public void A_failure_pauses_and_time_ends_it()
    {
        Assert.False(_pause.IsOn);
        _pause.Begin(new InvalidOperationException());
        Assert.True(_pause.IsOn);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(_pause.IsOn);
    }

    [Fact]
    public void The_same_failure_is_told_once_until_it_is_over()
    {
        Assert.True(_pause.Begin(new RpcClientTimeoutException("slow", new TimeoutException())));
        Assert.False(_pause.Begin(new RpcClientUnknownException("gone", new HttpRequestException())));
        Assert.True(_pause.Begin(new InvalidOperationException("other")));
        Assert.True(_pause.End());
        Assert.False(_pause.End());
        Assert.True(_pause.Begin(new InvalidOperationException("other")));
    }
}

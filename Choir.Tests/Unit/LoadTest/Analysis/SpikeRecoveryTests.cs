using Choir.LoadTest.Analysis;
using Choir.LoadTest.Reports.Model;

namespace Choir.Tests.Unit.LoadTest.Analysis;

public class SpikeRecoveryTests
{
    [Fact]
    public void It_has_recovered_when_latency_stays_as_it_was_before() =>
        Assert.Equal(4, Find(second => second switch { < 10 => 0.1, < 15 => 3, < 19 => 1, _ => 0.11 }));

    [Fact]
    public void A_single_calm_second_is_no_recovery() =>
        Assert.Equal(6, Find(second => second switch { < 10 => 0.1, 17 => 0.1, < 21 => 2, _ => 0.1 }));

    [Fact]
    public void A_spike_that_nobody_noticed_needs_no_recovery() => Assert.Equal(0, Find(_ => 0.1));

    [Fact]
    public void Errors_hold_it_up_as_latency_does() =>
        Assert.Equal(3, Find(_ => 0.1, errors: second => second is >= 12 and < 18 ? 5 : 0));

    [Fact]
    public void Without_recovery_there_is_no_time() => Assert.Null(Find(second => second < 10 ? 0.1 : 2));

    [Fact]
    public void Seconds_without_any_answer_are_not_calm() =>
        Assert.Equal(5, Find(second => second is >= 15 and < 20 ? null : 0.1));

    [Fact]
    public void Without_a_time_before_there_is_nothing_to_recover_to() =>
        Assert.Null(SpikeRecovery.Find([], 10, 15));

    // A point a second, a spike from 10 to 15.
    private static double? Find(Func<int, double?> p95, Func<int, long>? errors = null) => SpikeRecovery.Find(
        [.. Enumerable.Range(0, 40).Select(second => new TimelinePoint(
            second + 1, 1, 10, 10, errors?.Invoke(second) ?? 0, 1, p95(second), p95(second), p95(second)))],
        10,
        15);
}

using Choir.Actors.Inspection;
using Choir.Tests.Support.Hostile;

namespace Choir.Tests.Unit.Actors.Inspection;

public sealed class WallClockTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(100);

    private readonly SteppedClock _time = new();

    [Theory]
    [InlineData(20)]
    [InlineData(-3_600)]
    public void What_happened_before_the_clock_was_set_keeps_its_time(int step)
    {
        var clock = new WallClock(_time);
        var (before, at) = (_time.GetTimestamp(), _time.GetUtcNow());
        _time.StepWall(TimeSpan.FromSeconds(step));
        clock.Tick();
        var (after, since) = (_time.GetTimestamp(), _time.GetUtcNow());
        Assert.Equal(at, clock.At(before), Tolerance);
        Assert.Equal(since, clock.At(after), Tolerance);
        Assert.Equal(at - Second, clock.At(before - _time.TimestampFrequency), Tolerance);
    }

    [Fact]
    public void A_clock_that_is_set_all_the_time_takes_no_more_memory()
    {
        var clock = new WallClock(_time);
        for (var step = 0; step < 3 * WallClock.MaxAnchors; step++)
        {
            _time.StepWall(Second);
            clock.Tick();
        }

        Assert.Equal(_time.GetUtcNow(), clock.At(_time.GetTimestamp()), Tolerance);
    }
}

using Choir.Storage;

namespace Choir.Tests.Unit.Storage;

public sealed class MembershipClockTests
{
    [Fact]
    public void A_timestamp_that_is_not_set_is_not_older_than_the_clock()
    {
        var before = TimeProvider.System.GetTimestamp();
        var clock = new MembershipClock();
        var sinceUnset = clock.GetElapsedTime(0);
        Assert.InRange(sinceUnset, TimeSpan.Zero, TimeProvider.System.GetElapsedTime(before));
        Assert.True(clock.GetElapsedTime(0) >= sinceUnset);
    }
}

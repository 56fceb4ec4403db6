using Choir.Actors.Messaging;

namespace Choir.Tests.Unit.Actors;

public class MessageIdTests
{
    [Fact]
    public void Ids_carry_their_time_and_are_of_version_7()
    {
        var now = new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
        var id = MessageId.Create(now);
        Assert.Equal(7, id.Version);
        Assert.InRange(id.Variant, 8, 11);
        Assert.Equal(now.ToUnixTimeMilliseconds(), Convert.ToInt64(id.ToString("N")[..12], 16));
    }

    [Fact]
    public void The_lots_of_ids_spread_evenly_from_zero_to_below_one_and_are_the_ids_own()
    {
        var ids = Enumerable.Range(0, 100_000).Select(_ => MessageId.Create(DateTimeOffset.UnixEpoch)).ToList();
        var lots = ids.ConvertAll(MessageId.Lot);
        Assert.Equal(lots, ids.ConvertAll(MessageId.Lot));
        Assert.All(lots, lot => Assert.InRange(lot, 0, 1 - 1e-16));

        // A hundredth each, give or take more than six standard deviations of 31.
        Assert.All(
            lots.GroupBy(lot => (int)(lot * 100)).Select(part => part.Count()),
            count => Assert.InRange(count, 800, 1_200));
        Assert.Equal(100, lots.Select(lot => (int)(lot * 100)).Distinct().Count());
    }
}

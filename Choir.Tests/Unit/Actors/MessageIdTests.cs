using Choir.Actors.Messaging;
using Choir.Observability;

namespace Choir.Tests.Unit.Actors;

public class MessageIdTests
{
    [Fact]
    public void Ids_have_version_7_and_their_creation_time()
    {
        var now = new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
        var id = MessageId.Create(now);
        Assert.Equal(7, id.Version);
        Assert.InRange(id.Variant, 8, 11);
        Assert.Equal(now.ToUnixTimeMilliseconds(), Convert.ToInt64(id.ToString("N")[..12], 16));
    }

    [Fact]
    public void A_time_before_1970_counts_as_the_start_of_1970()
    {
        var id = MessageId.Create(new DateTimeOffset(1960, 1, 1, 0, 0, 0, TimeSpan.Zero));
        Assert.Equal(7, id.Version);
        Assert.StartsWith("00000000-0000-7", id.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Sample_fractions_are_uniform_from_0_to_below_1_and_constant_for_an_id()
    {
        var ids = Enumerable.Range(0, 100_000).Select(_ => MessageId.Create(DateTimeOffset.UnixEpoch)).ToList();
        var fractions = ids.ConvertAll(MessageId.SampleFraction);
        Assert.Equal(fractions, ids.ConvertAll(MessageId.SampleFraction));
        Assert.All(fractions, fraction => Assert.InRange(fraction, 0, 1 - 1e-16));

        // A hundredth each, within more than six standard deviations (31).
        Assert.All(
            fractions.GroupBy(fraction => (int)(fraction * 100)).Select(part => part.Count()),
            count => Assert.InRange(count, 800, 1_200));
        Assert.Equal(100, fractions.Select(fraction => (int)(fraction * 100)).Distinct().Count());
    }
}

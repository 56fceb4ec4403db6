using Choir.LoadTest.Pieces;

namespace Choir.Tests.Unit.LoadTest;

public class PiecesTests
{
    [Fact]
    public async Task Each_benchmark_of_counting_does_what_it_measures()
    {
        var counting = new MessageCounting();
        await counting.StartAsync();
        try
        {
            var before = counting.Counted;
            counting.Handled();
            Assert.Equal(before + 1, counting.Counted);

            // The messages were sent before, so they have waited in either case.
            Assert.InRange(counting.Begin(), 1, long.MaxValue);
            Assert.InRange(counting.BeginRemote(), 0, long.MaxValue);
            counting.Histogram();
            counting.Record();
            Assert.Equal(before + 1, counting.Counted);
        }
        finally
        {
            await counting.StopAsync();
        }
    }

    [Fact]
    public async Task Each_benchmark_of_looking_up_finds_its_target()
    {
        var lookup = new TargetLookup();
        await lookup.StartAsync();
        try
        {
            Assert.True(lookup.Type());
            Assert.All(Enumerable.Range(0, 10), _ => Assert.True(lookup.Known()));
            Assert.NotSame(lookup.Created(), lookup.Created());
        }
        finally
        {
            await lookup.StopAsync();
        }
    }
}

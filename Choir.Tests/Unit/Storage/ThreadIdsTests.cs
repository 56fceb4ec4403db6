using Choir.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Choir.Tests.Unit.Storage;

public sealed class ThreadIdsTests
{
    [Fact]
    public void Ids_of_one_millisecond_are_ordered_by_time()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var ids = new List<string>();
        for (var id = 0; id < 1_000; id++)
        {
            ids.Add(ThreadIds.New(clock));
            clock.Advance(TimeSpan.FromTicks(3));
        }

        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
        Assert.All(ids, id => Assert.True(ThreadIds.TryParse(id, out var parsed) && parsed is { Version: 7, Variant: >= 8 and <= 11 }));
    }

    [Fact]
    public void A_clock_before_1970_gives_the_smallest_ids()
    {
        var id = ThreadIds.New(new FakeTimeProvider(new DateTimeOffset(1960, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        Assert.True(ThreadIds.TryParse(id, out var parsed) && parsed.Version == 7);
        Assert.StartsWith("00000000-0000-7000-", id, StringComparison.Ordinal);
    }
}

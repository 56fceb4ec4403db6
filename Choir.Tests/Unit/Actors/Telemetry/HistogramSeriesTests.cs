using Choir.Observability;

namespace Choir.Tests.Unit.Actors.Telemetry;

/// <summary>The values of a histogram are taken from cells while threads count.</summary>
public sealed class HistogramSeriesTests
{
    private readonly Buckets _buckets = Buckets.OfSize();

    [Fact]
    public void The_sum_of_a_value_whose_count_is_not_read_yet_is_taken_with_its_count()
    {
        var cells = new long[CellHistogram.Length(_buckets)];
        var sum = _buckets.Count;
        var series = new HistogramSeries(_buckets, [], total => CellHistogram.AddTo(total, cells, 0, _buckets));
        CellHistogram.Add(cells, 0, _buckets, 100);
        Assert.Equal((1, 100, 101, 101), Take());

        // The reader has read the bucket before a thread counts, and the sum afterwards.
        CellHistogram.Add(cells, 0, _buckets, 500);
        var bucket = _buckets.IndexOf(500);
        cells[bucket]--;
        Assert.Equal(0, series.Take());
        cells[bucket]++;
        Assert.Equal((1, 500, 501, 501), Take());
        Assert.Equal(0, series.Take());
        CellHistogram.Add(cells, 0, _buckets, 700);
        CellHistogram.Add(cells, 0, _buckets, 300);
        Assert.Equal((2, 1_000, 301, 701), Take());

        (long Count, long Sum, long Min, long Max) Take() =>
            (series.Take(), series.Added[sum], series.Added[sum + 1], series.Added[sum + 2]);
    }
}

using Choir.LoadTest.Observing;

namespace Choir.Tests.Unit.LoadTest.Observing;

public class SeriesRecorderTests
{
    [Fact]
    public void Values_are_kept_in_order()
    {
        var recorder = new SeriesRecorder();
        recorder.Add(0, 1);
        recorder.Add(2, null);
        recorder.Add(4, double.NaN);
        recorder.Add(6, 3);
        Assert.Equal([(0, 1), (6, 3)], recorder.Points.Select(point => ((int)point.At, (int)point.Value)));
    }

    [Theory]
    [InlineData(599)]
    [InlineData(600)]
    [InlineData(10_000)]
    [InlineData(100_000)]
    public void There_are_never_too_many_points_and_their_mean_stays(int count)
    {
        var recorder = new SeriesRecorder();
        for (var index = 0; index < count; index++)
        {
            recorder.Add(index, index);
        }

        Assert.InRange(recorder.Points.Count, Math.Min(count, 299), SeriesRecorder.MaxPoints);
        Assert.Equal(count / 2d, recorder.Points.Average(point => point.Value), count * 0.01);
        Assert.Equal(recorder.Points.OrderBy(point => point.At), recorder.Points);
    }

    [Fact]
    public void Longer_runs_are_read_less_often()
    {
        Assert.Equal(TimeSpan.FromSeconds(2), SystemObserver.IntervalFor(TimeSpan.FromMinutes(5)));
        Assert.Equal(TimeSpan.FromSeconds(6), SystemObserver.IntervalFor(TimeSpan.FromHours(1)));
    }
}

using Choir.LoadTest.Engine;
using Choir.LoadTest.Profiles;

namespace Choir.Tests.Unit.LoadTest.Engine;

public class RunRecorderTests
{
    private readonly RunRecorder _recorder = new(scenarios: 2);

    [Fact]
    public void Latency_counts_from_the_intended_start()
    {
        Succeed(0, due: 1, now: 4);
        Assert.Equal(3, Read(results => results.All.Latency.Percentile(100)!.Value), 0.01);
    }

    [Fact]
    public void Operations_of_the_warm_up_are_not_counted_but_their_ends_are_part_of_the_rate()
    {
        Succeed(0, due: -2, now: -1);
        Succeed(0, due: -0.5, now: 0.5);
        _recorder.Fail(0, -0.5, 0.5, "timeout", null);
        _recorder.StartDelay(-1, 1);
        Assert.Equal((0, 0, 1), Read(results => (results.All.Due, results.All.Succeeded, results.All.Completed)));
        Assert.Equal(0, Read(results => results.All.Errors.Total + results.StartDelays.Count));
    }

    [Fact]
    public void What_ends_after_the_measured_time_is_measured_but_not_part_of_the_rate()
    {
        _recorder.Due(0, 9);
        _recorder.End(10);
        _recorder.Succeed(0, 9, 11);
        Assert.Equal((1, 1, 0), Read(results => (results.All.Due, results.All.Succeeded, results.All.Completed)));
    }

    [Fact]
    public void A_stage_has_the_operations_that_were_due_in_it()
    {
        var first = _recorder.BeginStage(new Stage("a", TimeSpan.FromSeconds(10), 1, 1), 0);
        var second = _recorder.BeginStage(new Stage("b", TimeSpan.FromSeconds(10), 1, 1), 10);
        Succeed(1, due: 9, now: 12);
        Succeed(1, due: 10, now: 13);
        _recorder.Due(1, 19);
        _recorder.Fail(1, 19, 25, "timeout", "late");
        Assert.Equal((1, 1, 0), (first.All.Due, first.Scenarios[1].Succeeded, first.All.Completed));
        Assert.Equal((2, 1, 2), (second.All.Due, second.All.Succeeded, second.All.Completed));
        Assert.Equal(0.5, second.All.ErrorShare);
        Assert.Equal(0, second.Scenarios[0].Due);
    }

    [Fact]
    public void An_abandoned_operation_was_never_due()
    {
        _recorder.Due(0, 1);
        _recorder.Abandon(0, 1);
        Assert.Equal(0, Read(results => results.All.Due + results.Timeline.Intervals.Sum(interval => interval.Due)));
    }

    [Fact]
    public void A_timeline_has_a_point_for_each_second_also_without_operations()
    {
        Succeed(0, due: 0.5, now: 0.6);
        Succeed(0, due: 3.5, now: 3.6);
        _recorder.Sample(3.9, 7);
        var points = Read(results => results.Timeline(4));
        Assert.Equal([1.0, 2, 3, 4], points.Select(point => point.At));
        Assert.Equal([1.0, 0, 0, 1], points.Select(point => point.IntendedRate));
        Assert.Null(points[1].P50);
        Assert.Equal(7, points[3].InFlight);
    }

    [Fact]
    public void The_recent_figures_are_of_the_last_whole_seconds()
    {
        for (var second = 0; second < 20; second++)
        {
            Succeed(0, due: second, now: second + 0.5);
        }

        _recorder.Fail(0, 19, 19.5, "timeout", null);
        var recent = _recorder.Recent(20.1);
        Assert.Equal((1, 0.2), (recent.Rate, recent.Errors));
        Assert.Equal(0.5, recent.P99!.Value, 0.01);
    }

    private void Succeed(int scenario, double due, double now)
    {
        _recorder.Due(scenario, due);
        _recorder.Succeed(scenario, due, now);
    }

    private T Read<T>(Func<RunResults, T> reader) => _recorder.Read(reader);
}

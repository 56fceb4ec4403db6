using Choir.Observatory.History;
using Microsoft.Extensions.Time.Testing;

namespace Choir.Tests.Unit.Observatory;

public sealed class HistoryStoreTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly HistoryStore _history;

    public HistoryStoreTests() => _history = new HistoryStore(_time);

    [Fact]
    public void Values_are_read_in_order_with_their_times()
    {
        Record(("a", 1));
        Record(("a", 2));
        var points = _history.Read("a");
        Assert.Equal([1f, 2f], points.Select(point => point.Value));
        Assert.Equal(HistoryStore.Step, points[1].At - points[0].At);
    }

    [Fact]
    public void A_series_has_gaps_where_nothing_was_recorded()
    {
        Record(("a", 1));
        Record(("b", 5));
        Record(("a", 3), ("b", null));
        Assert.Equal([1f, null, 3f], _history.Read("a").Select(point => point.Value));
        Assert.Equal([null, 5f, null], _history.Read("b").Select(point => point.Value));
    }

    [Fact]
    public void An_unknown_series_has_times_without_values()
    {
        Record(("a", 1));
        Assert.Null(Assert.Single(_history.Read("nobody")).Value);
    }

    [Fact]
    public void Only_the_last_hour_is_kept()
    {
        for (var i = 0; i < HistoryStore.Length + 10; i++)
        {
            Record(("a", i));
        }

        var points = _history.Read("a");
        Assert.Equal(HistoryStore.Length, points.Count);
        Assert.Equal((10f, HistoryStore.Length + 9f), (points[0].Value, points[^1].Value));
    }

    [Fact]
    public void Old_values_do_not_return_after_a_gap_of_more_than_an_hour()
    {
        Record(("a", 1));
        for (var i = 0; i < HistoryStore.Length; i++)
        {
            Record(("b", 0));
        }

        Record(("a", 2));
        Assert.Equal(2f, Assert.Single(_history.Read("a"), point => point.Value is not null).Value);
    }

    [Fact]
    public void A_window_returns_its_part_only()
    {
        for (var i = 0; i < 100; i++)
        {
            Record(("a", i));
        }

        Assert.Equal(60, _history.Read("a", TimeSpan.FromMinutes(5)).Count);
    }

    [Fact]
    public void The_number_of_series_is_bounded_and_what_is_left_out_is_counted()
    {
        var names = Enumerable.Range(0, HistoryStore.MaxSeries + 5).Select(i => ($"s{i}", (double?)i)).ToArray();
        Record(names);
        Assert.Equal(HistoryStore.MaxSeries, _history.Names().Count);
        Assert.Equal(5, _history.Dropped);
    }

    [Fact]
    public void A_series_that_is_not_recorded_any_more_makes_room()
    {
        Record([.. Enumerable.Range(0, HistoryStore.MaxSeries).Select(i => ($"old{i}", (double?)i))]);
        Record(("old1", 1));
        Record(("new", 7));
        Assert.Contains("new", _history.Names());
        Assert.Equal(HistoryStore.MaxSeries, _history.Names().Count);
    }

    [Fact]
    public void A_time_without_readings_is_a_gap_of_its_length()
    {
        Record(("a", 1));
        Record(("a", 2));
        _time.Advance(TimeSpan.FromSeconds(75));
        Record(("a", 3));
        Record(("a", 4));
        var points = _history.Read("a");
        Assert.Equal([1f, 2f, .. new float?[15], 3f, 4f], points.Select(point => point.Value));
        Assert.All(points.Zip(points.Skip(1)), pair => Assert.Equal(HistoryStore.Step, pair.Second.At - pair.First.At));
    }

    [Fact]
    public void A_window_is_as_long_as_it_says_although_there_was_a_gap_in_it_or_before_it()
    {
        Record(("a", 1));
        _time.Advance(TimeSpan.FromMinutes(4));
        Record(("a", 2));
        Assert.Null(_history.Read("a", TimeSpan.FromMinutes(3))[0].Value);
        _time.Advance(TimeSpan.FromHours(3));
        Record(("a", 3));
        var points = _history.Read("a");
        Assert.Equal(3f, Assert.Single(points, point => point.Value is not null).Value);
        Assert.Equal((HistoryStore.Length - 1) * HistoryStore.Step, points[^1].At - points[0].At);
    }

    [Fact]
    public void A_gap_that_lasts_grows_until_now()
    {
        Record(("a", 1));
        _time.Advance(TimeSpan.FromSeconds(55));
        Assert.Equal([1f, .. new float?[12]], _history.Read("a").Select(point => point.Value));
        Assert.Equal(_time.GetUtcNow(), _history.Read("a")[^1].At);
        _time.Advance(TimeSpan.FromHours(2));
        Assert.All(_history.Read("a"), point => Assert.Null(point.Value));
        Assert.Equal(default, _history.Summarize("a", TimeSpan.FromMinutes(5)));
    }

    [Fact]
    public void Readings_that_are_late_or_early_keep_the_length_of_a_window_and_leave_no_gaps()
    {
        foreach (var pause in new[] { 5.3, 4.8, 6.5, 9, 15 })
        {
            var history = new HistoryStore(_time);
            for (var elapsed = 0.0; elapsed < 400; elapsed += pause)
            {
                _time.Advance(TimeSpan.FromSeconds(pause));
                history.Record([("a", 1)]);
            }

            var points = history.Read("a", TimeSpan.FromMinutes(5));
            Assert.All(points, point => Assert.NotNull(point.Value));
            Assert.Equal(60, points.Count);
            Assert.InRange((points[^1].At - points[0].At).TotalSeconds, 295 - 5, 295 + 5);
        }
    }

    [Fact]
    public void A_series_that_begins_or_ends_at_a_late_reading_has_no_values_around_it()
    {
        _history.Record([("a", 1)]);
        _time.Advance(2 * HistoryStore.Step);
        _history.Record([("b", 2)]);
        _time.Advance(2 * HistoryStore.Step);
        _history.Record([("a", 3)]);
        Assert.Equal([1f, null, null, null, 3f], _history.Read("a").Select(point => point.Value));
        Assert.Equal([null, null, 2f, null, null], _history.Read("b").Select(point => point.Value));
    }

    [Fact]
    public void The_mean_is_that_of_the_readings_without_the_gap()
    {
        Record(("a", 8), ("b", 8));
        _time.Advance(TimeSpan.FromSeconds(75));
        Record(("a", 8));
        Assert.Equal(new HistorySummary(8, 8), _history.Summarize("a", TimeSpan.FromMinutes(5)));
        Assert.Equal(new HistorySummary(4, 8), _history.Summarize("b", TimeSpan.FromMinutes(5)));
    }

    [Fact]
    public void A_clock_that_is_set_back_continues_after_the_last_value()
    {
        var clock = new SetClock();
        var history = new HistoryStore(clock);
        history.Record([("a", 1)]);
        clock.Now += HistoryStore.Step;
        history.Record([("a", 2)]);
        clock.Now -= TimeSpan.FromHours(1);
        history.Record([("a", 3)]);
        clock.Now += HistoryStore.Step;
        history.Record([("a", 4)]);
        Assert.Equal([1f, 2f, 3f, 4f], history.Read("a").Select(point => point.Value));
    }

    [Fact]
    public void A_series_that_is_recorded_until_a_gap_is_not_replaced()
    {
        Record([.. Enumerable.Range(0, HistoryStore.MaxSeries).Select(i => ($"old{i}", (double?)i))]);
        _time.Advance(TimeSpan.FromMinutes(2));
        Record(("new", 7));
        Assert.DoesNotContain("new", _history.Names());
    }

    private sealed class SetClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

        public override DateTimeOffset GetUtcNow() => Now;
    }

    private void Record(params (string, double?)[] values)
    {
        _history.Record(values);
        _time.Advance(HistoryStore.Step);
    }
}

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

    private void Record(params (string, double?)[] values)
    {
        _history.Record(values);
        _time.Advance(HistoryStore.Step);
    }
}

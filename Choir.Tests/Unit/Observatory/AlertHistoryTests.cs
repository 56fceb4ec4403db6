using Choir.Observatory;
using Choir.Observatory.History;
using Microsoft.Extensions.Time.Testing;

namespace Choir.Tests.Unit.Observatory;

public sealed class AlertHistoryTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 30, 8, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Start);
    private readonly AlertHistory _history;

    public AlertHistoryTests() => _history = new AlertHistory(_time);

    [Fact]
    public void An_alert_has_ended_when_a_list_does_not_have_it_any_more()
    {
        Read([Alert("A"), Alert("B")]);
        Assert.Empty(_history.Ended());
        Read([Alert("B")]);
        var ended = Assert.Single(_history.Ended());
        Assert.Equal(("A", Start, Start.AddSeconds(5)), (ended.Alert.Name, ended.LastSeenAt, ended.EndedAt));
        Assert.Equal(TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(5), ended.Lasted);
        Read([]);
        Assert.Equal(["B", "A"], _history.Ended().Select(one => one.Alert.Name));
        Assert.Equal(Start, _history.Since);
    }

    [Fact]
    public void A_list_that_may_be_incomplete_ends_nothing()
    {
        Read([Alert("A"), Alert("B")]);
        Read([Alert("A")], problem: "The source is away.");
        Assert.Empty(_history.Ended());
        Read([Alert("A")]);
        var ended = Assert.Single(_history.Ended());
        Assert.Equal(("B", Start, Start.AddSeconds(10)), (ended.Alert.Name, ended.LastSeenAt, ended.EndedAt));
    }

    [Fact]
    public void What_a_cut_list_leaves_out_is_not_called_ended()
    {
        Read([Alert("A"), Alert("B")]);
        Read([Alert("A")], isCut: true);
        Read([Alert("A")]);
        Assert.Empty(_history.Ended());
    }

    [Fact]
    public void Alerts_that_are_left_out_because_there_are_too_many_are_not_called_ended()
    {
        ObservatoryAlert[] first = [.. Enumerable.Range(0, AlertHistory.MaxFiring).Select(i => Alert($"{i}"))];
        Read(first);
        Read([Alert("new"), .. first]);
        Assert.Empty(_history.Ended());
    }

    [Fact]
    public void A_problem_of_pending_alerts_only_does_not_keep_alerts_from_ending()
    {
        Read([Alert("A")]);
        _history.Record(new ObservatoryAlertList([], "test", Start, "Pending alerts are not known.") { IsFiringComplete = true });
        Assert.Equal("A", Assert.Single(_history.Ended()).Alert.Name);
    }

    [Fact]
    public void Labels_and_the_time_of_the_start_tell_alerts_apart_and_pending_ones_do_not_count()
    {
        Read([Alert("A", host: "1"), Alert("A", host: "2"), Alert("P") with { State = "pending" }]);
        Read([Alert("A", host: "2") with { StartsAt = Start }]);
        Assert.Equal(["1", "2"], _history.Ended().Select(one => one.Alert.Labels["host"]).Order());
    }

    [Fact]
    public void Memory_is_bounded()
    {
        Read([.. Enumerable.Range(0, AlertHistory.MaxFiring + 500).Select(i => Alert($"{i}"))]);
        Read([], problem: "away");
        Read([]);
        Assert.Equal(AlertHistory.MaxEnded, _history.Ended().Count);
    }

    [Fact]
    public void A_clock_that_was_set_back_gives_no_negative_time() =>
        Assert.Equal(TimeSpan.Zero, new EndedAlert(Alert("A") with { StartsAt = Start.AddDays(1) }, Start, Start).Lasted);

    private void Read(ObservatoryAlert[] alerts, string? problem = null, bool isCut = false)
    {
        _history.Record(new ObservatoryAlertList(alerts, "test", Start, problem) { IsCut = isCut });
        _time.Advance(TimeSpan.FromSeconds(5));
    }

    private static ObservatoryAlert Alert(string name, string host = "h") => new(
        name, "warning", "firing", "", new Dictionary<string, string> { ["host"] = host }, Start.AddMinutes(-10), Start);
}

using Choir.Observatory;
using Choir.Observatory.History;
using Microsoft.Extensions.Time.Testing;

namespace Choir.Tests.Unit.Observatory;

/// <summary>The health of components over the last hour.</summary>
public sealed class HealthHistoryTests
{
    private const string Database = "database";

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly HealthHistory _history;

    public HealthHistoryTests() => _history = new HealthHistory(_time);

    private IReadOnlyList<HealthSpan> Spans => Assert.Single(_history.Read()).Spans;

    [Fact]
    public void A_status_that_stays_is_one_span_until_now()
    {
        Read("healthy");
        Read("healthy");
        _time.Advance(TimeSpan.FromSeconds(7));
        Assert.Equal(_time.GetUtcNow(), Assert.Single(Spans).Until);
        Assert.Equal(_time.GetUtcNow().AddSeconds(-12), Spans[0].From);
    }

    [Fact]
    public void A_time_without_readings_is_a_gap_and_the_status_before_it_ends_with_its_last_reading()
    {
        Read("healthy");
        _time.Advance(HealthHistory.MaxPause + TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.Zero, Spans[0].Until - Spans[0].From);
        Read("healthy", pause: 0);
        Assert.Equal([16, 0], Spans.Select(span => (int)(_time.GetUtcNow() - span.From).TotalSeconds));
    }

    [Fact]
    public void A_component_that_is_not_named_any_more_has_a_gap_and_is_forgotten_after_an_hour()
    {
        _history.Record([new ObservatoryComponent("gone", "healthy", null)]);
        for (var reading = 0; reading < HistoryStore.Length; reading++)
        {
            Read("healthy");
        }

        Assert.Equal(["gone", Database], _history.Read().Select(one => one.Name));
        Read("healthy");
        Assert.Equal([Database], _history.Read().Select(one => one.Name));
    }

    [Fact]
    public void Only_what_ended_within_the_last_hour_is_kept()
    {
        Read("unhealthy", "at first");
        for (var reading = 0; reading < HistoryStore.Length + 1; reading++)
        {
            Read("healthy");
        }

        Assert.Equal(2, Spans.Count);
        Read("healthy");
        Assert.Equal("healthy", Assert.Single(Spans).Status);
    }

    [Fact]
    public void A_failed_reading_makes_all_known_components_unknown()
    {
        _history.RecordUnknown("no answer");
        Assert.Empty(_history.Read());
        Read("degraded", "behind");
        _time.Advance(HistoryStore.Step);
        _history.RecordUnknown("no answer");
        Assert.Equal([("degraded", "behind"), ("unknown", "no answer")], Spans.Select(span => (span.Status, span.Reason)));
    }

    [Fact]
    public void A_status_that_nobody_knows_is_unknown_and_a_healthy_component_has_no_reason()
    {
        Read("splendid", "why not");
        Read("healthy", "as always");
        Assert.Equal([("unknown", "why not"), ("healthy", null)], Spans.Select(span => (span.Status, span.Reason)));
    }

    [Fact]
    public void Components_reasons_and_their_lengths_are_bounded()
    {
        var reason = new string('x', 5_000);
        for (var reading = 0; reading < 2 * HistoryStore.Length; reading++)
        {
            _time.Advance(HistoryStore.Step);
            _history.Record(Enumerable.Range(0, 100).Select(i => new ObservatoryComponent($"{i}", reading % 2 == 0 ? "unhealthy" : "degraded", reason)));
        }

        var all = _history.Read();
        Assert.Equal(HealthHistory.MaxComponents, all.Count);
        Assert.All(all, one =>
        {
            Assert.InRange(one.Spans.Count, HistoryStore.Length, HistoryStore.Length + 2);
            Assert.Equal(HealthHistory.MaxReasons, one.Spans.Count(span => span.Reason is not null));
            Assert.Equal(HealthHistory.MaxReasonLength + 1, one.Spans[^1].Reason!.Length);
        });
    }

    [Fact]
    public void A_clock_that_is_set_back_leaves_no_span_in_the_future()
    {
        // Time that can go back.
        var clock = new SetClock(_time);
        var history = new HealthHistory(clock);
        history.Record([new ObservatoryComponent(Database, "healthy", null)]);
        clock.Offset = TimeSpan.FromSeconds(10);
        history.Record([new ObservatoryComponent(Database, "unhealthy", null)]);
        clock.Offset = TimeSpan.FromSeconds(5);
        var span = Assert.Single(Assert.Single(history.Read()).Spans);
        Assert.Equal(("healthy", clock.GetUtcNow()), (span.Status, span.Until));
    }

    private void Read(string status, string? reason = null, int pause = 5)
    {
        _time.Advance(TimeSpan.FromSeconds(pause));
        _history.Record([new ObservatoryComponent(Database, status, reason)]);
    }

    private sealed class SetClock(TimeProvider inner) : TimeProvider
    {
        public TimeSpan Offset { get; set; }

        public override DateTimeOffset GetUtcNow() => inner.GetUtcNow() + Offset;
    }
}

using Choir.Observatory.Traces;
using static Choir.Tests.Unit.Observatory.Traces.Hops;

namespace Choir.Tests.Unit.Observatory.Traces;

public sealed class TraceTreeTests
{
    [Fact]
    public void Messages_are_below_their_cause_by_time_of_sending()
    {
        var rows = TraceAnalysis.Of([Hop(4, 6, 6, 7, cause: 2), Hop(3, 3, 4, 5, cause: 1), Hop(2, 2, 5, 8, cause: 1), Hop(1, 0, 1, 9)]).Rows;

        Assert.Equal(["1", "2", "4", "3"], rows.Select(row => row.Hop.ActorId));
        Assert.Equal([0, 1, 2, 1], rows.Select(row => row.Depth));
        Assert.Equal([null, "1", "2", "1"], rows.Select(row => row.Cause?.Hop.ActorId));
    }

    [Fact]
    public void A_message_whose_cause_is_not_recorded_is_a_first_message_and_says_so()
    {
        var rows = TraceAnalysis.Of([Hop(1, 0, 0, 1), Hop(3, 5, 6, 7, cause: 2)]).Rows;

        Assert.Equal([(0, false), (0, true)], rows.Select(row => (row.Depth, row.IsCauseMissing)));
    }

    [Fact]
    public void A_message_that_was_refused_and_sent_again_has_its_effects_below_the_time_it_was_handled()
    {
        var rows = TraceAnalysis.Of(
            [Hop(1, 0, 1, 1, outcome: "rejected", host: "host-b"), Hop(1, 0, 2, 9), Hop(1, 0, 4, 4, outcome: "rejected"), Hop(2, 3, 3, 5, cause: 1)]).Rows;

        Assert.Equal(4, rows.Count);
        Assert.Equal("ok", rows.Single(row => row.Hop.ActorId == "2").Cause!.Hop.Outcome);
    }

    [Fact]
    public void The_same_record_twice_is_one_row()
    {
        var hop = Hop(1, 0, 1, 2);
        Assert.Single(TraceAnalysis.Of([hop, hop with { }]).Rows);
    }

    [Fact]
    public void Messages_that_cause_each_other_are_shown_once_each()
    {
        var rows = TraceAnalysis.Of([Hop(1, 0, 1, 2, cause: 3), Hop(2, 1, 2, 3, cause: 1), Hop(3, 2, 3, 4, cause: 2), Hop(4, 3, 3, 3, cause: 4)]).Rows;

        Assert.Equal(["1", "2", "3", "4"], rows.Select(row => row.Hop.ActorId).Order());
        Assert.Equal([0, 1, 2, 0], rows.OrderBy(row => row.Hop.ActorId).Select(row => row.Depth));
    }

    [Fact]
    public void Clocks_that_differ_give_no_negative_times_and_are_told()
    {
        var trace = TraceAnalysis.Of([Hop(1, 100, 110, 200), Hop(2, 40, 45, 60, cause: 1, host: "host-b")]);

        Assert.All(trace.Rows, row => Assert.True(row.SentMs >= 0 && row.StartedMs >= row.SentMs && row.EndMs >= row.StartedMs));
        Assert.Equal((Start.AddMilliseconds(40), 160), (trace.Start, trace.TotalMs));
        Assert.Equal(70, trace.ClockGapMs);
        Assert.Equal(["host-a", "host-b"], trace.Hosts);
    }

    [Fact]
    public void A_record_with_a_time_of_sending_after_its_start_or_a_negative_duration_has_no_negative_times()
    {
        var row = Assert.Single(TraceAnalysis.Of([Hop(1, 5, 3, 2)]).Rows);

        Assert.Equal((0, 0, 0), (row.SentMs, row.StartedMs, row.EndMs));
    }

    [Fact]
    public void Without_the_time_of_sending_a_message_begins_with_its_handler()
    {
        var trace = TraceAnalysis.Of([Hop(1, 0, 10, 30).WithoutSentAt(), Hop(2, 15, 20, 25, cause: 1)]);

        Assert.Equal(Start.AddMilliseconds(10), trace.Start);
        Assert.Equal([(0, false), (5, true)], trace.Rows.Select(row => (row.SentMs, row.IsSentKnown)));
    }

    [Fact]
    public void A_chain_of_ten_thousand_messages_is_analysed()
    {
        const int count = 10_000;
        var trace = TraceAnalysis.Of([.. Enumerable.Range(1, count).Select(i => Hop(i, i, i, (2 * count) - i, cause: i > 1 ? i - 1 : null))]);

        Assert.Equal(Enumerable.Range(0, count), trace.Rows.Select(row => row.Depth));
        Assert.All(trace.Rows, row => Assert.True(row.IsCritical));
    }

    [Fact]
    public void Ten_thousand_messages_of_one_cause_are_analysed()
    {
        const int count = 10_000;
        var trace = TraceAnalysis.Of([Hop(1, 0, 0, 10), .. Enumerable.Range(2, count).Select(i => Hop(i, 1, i, i + 1, cause: 1))]);

        Assert.Equal(count + 1, trace.Rows.Count);
        Assert.Equal(["1", $"{count + 1}"], trace.Rows.Where(row => row.IsCritical).Select(row => row.Hop.ActorId));
    }

    [Fact]
    public void No_messages_give_an_empty_trace()
    {
        var trace = TraceAnalysis.Of([]);

        Assert.Equal((0, 0, "", null), (trace.Rows.Count, trace.TotalMs, trace.Summary, trace.Slowest));
        Assert.Equal(0, trace.Axis.Position(1));
    }
}

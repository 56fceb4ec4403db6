using Choir.Actors.Inspection;
using Choir.Observatory.Traces;
using static Choir.Tests.Unit.Observatory.Traces.Hops;

namespace Choir.Tests.Unit.Observatory.Traces;

public sealed class CriticalPathTests
{
    [Fact]
    public void One_message_is_its_queue_and_its_handler()
    {
        Assert.Equal(["1 queue 0-3", "1 handler 3-10"], PathOf(Hop(1, 0, 3, 10)));
    }

    [Fact]
    public void Nested_asks_are_followed_into_the_innermost_handler()
    {
        Assert.Equal(
            ["1 queue 0-1", "1 handler 1-10", "2 queue 10-12", "2 handler 12-20", "3 queue 20-25", "3 handler 25-60", "2 handler 60-70", "1 handler 70-100"],
            PathOf(Hop(1, 0, 1, 100), Hop(2, 10, 12, 70, cause: 1), Hop(3, 20, 25, 60, cause: 2)));
    }

    [Fact]
    public void Asks_one_after_the_other_are_all_on_the_path()
    {
        Assert.Equal(
            ["1 handler 0-10", "2 handler 10-30", "1 handler 30-40", "3 handler 40-80", "1 handler 80-90"],
            PathOf(Hop(1, 0, 0, 90), Hop(2, 10, 10, 30, cause: 1), Hop(3, 40, 40, 80, cause: 1)));
    }

    [Fact]
    public void Of_parallel_asks_the_last_to_end_is_on_the_path()
    {
        Assert.Equal(
            ["1 handler 0-10", "3 queue 10-40", "3 handler 40-80", "1 handler 80-90"],
            PathOf(Hop(1, 0, 0, 90), Hop(2, 10, 10, 70, cause: 1), Hop(3, 10, 40, 80, cause: 1), Hop(4, 11, 12, 30, cause: 1)));
    }

    [Fact]
    public void Of_parallel_tells_the_last_to_end_is_on_the_path_with_its_cause_up_to_the_sending()
    {
        Assert.Equal(
            ["1 handler 0-10", "3 queue 10-50", "3 handler 50-90"],
            PathOf(Hop(1, 0, 0, 20), Hop(2, 5, 20, 60, cause: 1), Hop(3, 10, 50, 90, cause: 1)));
    }

    [Fact]
    public void What_a_cause_waited_for_before_it_sent_the_message_is_on_the_path()
    {
        Assert.Equal(
            ["1 handler 0-5", "2 handler 5-30", "1 handler 30-35", "3 queue 35-50", "3 handler 50-90"],
            PathOf(Hop(1, 0, 0, 40), Hop(2, 5, 5, 30, cause: 1), Hop(3, 35, 50, 90, cause: 1)));
    }

    [Fact]
    public void A_message_that_outlasts_a_handler_was_not_awaited_by_it()
    {
        var trace = TraceAnalysis.Of([Hop(1, 0, 0, 10), Hop(2, 2, 2, 50, cause: 1), Hop(3, 3, 3, 100, cause: 1)]);

        Assert.Equal(["1", "3"], trace.Rows.Where(row => row.IsCritical).Select(row => row.Hop.ActorId));
    }

    [Fact]
    public void A_missing_cause_ends_the_path()
    {
        Assert.Equal(["3 handler 50-90"], PathOf(Hop(1, 0, 0, 10), Hop(3, 50, 50, 90, cause: 2)));
    }

    [Fact]
    public void With_clocks_that_differ_no_part_ends_before_it_begins()
    {
        var trace = TraceAnalysis.Of([Hop(1, 50, 60, 90), Hop(2, 20, 30, 200, cause: 1, host: "host-b"), Hop(3, 10, 12, 40, cause: 2, host: "host-c")]);

        Assert.All(trace.Path, part => Assert.True(part.ToMs > part.FromMs));
        Assert.Equal(["1", "2"], trace.Rows.Where(row => row.IsCritical).Select(row => row.Hop.ActorId));
    }

    [Fact]
    public void Messages_that_cause_each_other_end_the_path()
    {
        Assert.Equal(2, TraceAnalysis.Of([Hop(1, 0, 1, 2, cause: 2), Hop(2, 1, 2, 3, cause: 1)]).Rows.Count(row => row.IsCritical));
    }

    [Fact]
    public void The_slowest_step_is_named_without_what_it_waited_for()
    {
        var trace = TraceAnalysis.Of([Hop(1, 0, 0, 1_200), Hop(2, 100, 200, 1_000, cause: 1, actor: "pay")]);

        Assert.Equal("pay", trace.Slowest!.Hop.ActorId);
        Assert.Equal("Of 1.2 s, 800 ms is CartActor/pay handling GO (queue 100 ms).", trace.Summary);
    }

    [Fact]
    public void A_step_that_mostly_waited_is_named_by_its_queue()
    {
        Assert.Equal(
            "Of 1.2 s, GO waited 900 ms in the queue of CartActor/1 (handling 300 ms).", TraceAnalysis.Of([Hop(1, 0, 900, 1_200)]).Summary);
    }

    [Fact]
    public void An_unknown_queue_time_is_not_given_as_nothing()
    {
        Assert.Equal(
            "Of 300 ms, 300 ms is CartActor/1 handling GO (queue time unknown).", TraceAnalysis.Of([Hop(1, 0, 900, 1_200).WithoutSentAt()]).Summary);
    }

    [Fact]
    public void Time_in_which_nothing_happened_is_told()
    {
        Assert.Equal(
            "Of 10 s, 100 ms is CartActor/1 handling GO (queue 0 ms). For 9.85 s no message was handled or waited.",
            TraceAnalysis.Of([Hop(1, 0, 0, 100), Hop(2, 9_950, 9_950, 10_000, cause: 1)]).Summary);
    }

    [Fact]
    public void Messages_without_any_duration_have_a_summary()
    {
        Assert.Equal("The trace took 0 ms.", TraceAnalysis.Of([Hop(1, 0, 0, 0)]).Summary);
    }

    private static string[] PathOf(params MessageHop[] hops) =>
        [.. TraceAnalysis.Of(hops).Path.Select(part => $"{part.Row.Hop.ActorId} {(part.IsQueue ? "queue" : "handler")} {part.FromMs:0}-{part.ToMs:0}")];
}

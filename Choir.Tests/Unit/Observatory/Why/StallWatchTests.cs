using Choir.Observatory.History;
using Choir.Observatory.Why;
using Choir.Observatory.Why.Causes;
using Microsoft.Extensions.Time.Testing;

namespace Choir.Tests.Unit.Observatory.Why;

/// <summary>Times of seconds in which something outside of the actors does not answer.</summary>
public sealed class StallWatchTests : StallWatchTestBase
{
    [Theory]
    [InlineData(1, 20)]
    [InlineData(5, 100)]
    public void It_is_named_while_it_lasts_and_for_minutes_after_with_its_start_and_length(int step, int messages)
    {
        Usual(step, messages);
        var began = Figures.At;
        Figures.Running = 4;
        for (var waited = step; waited < 10; waited += step)
        {
            Read(step, 0);
        }

        var lasting = Assert.Single(Read(step, 0));
        Assert.Equal((Readings.Database, began, null, 4), (lasting.Dependency, lasting.From, lasting.EndedAt, lasting.Calls));
        Assert.Equal(10, lasting.Length.TotalSeconds);
        Assert.Equal([Readings.Type, "update"], lasting.Types.Concat(lasting.Operations));

        Figures.Running = 0;
        var ended = Assert.Single(Read(step, messages));
        Assert.Equal((10 + step, Figures.At), ((int)ended.Length.TotalSeconds, ended.EndedAt));
        Usual(step, messages, seconds: 200);
        Assert.Single(Read(step, messages));
        Usual(step, messages, seconds: 100);
        Assert.Empty(Read(step, messages));
    }

    [Fact]
    public void Messages_that_fail_because_nothing_answered_are_no_progress()
    {
        Usual(1, 20);
        Figures.Running = 4;
        for (var second = 0; second < 12; second++)
        {
            Figures.Failed += second == 5 ? 6 : 0;
            Figures.Running = second == 5 ? 0 : 4;
            Read(1, 0);
        }

        Assert.Equal(13, Assert.Single(Read(1, 0)).Length.TotalSeconds);
    }

    [Fact]
    public void Messages_of_a_smaller_type_that_succeed_without_it_do_not_end_it()
    {
        for (var second = 0; second < 60; second++)
        {
            Figures.Second = ("LedgerActor", 1_000 + (10 * second), 10);
            Read(1, 20);
        }

        Figures.Running = 4;
        for (var second = 0; second < 20; second++)
        {
            // From then on they succeed as usual: what they need does answer.
            Figures.Second = Figures.Second!.Value with { Succeeded = Figures.Second.Value.Succeeded + (second < 10 ? 0 : 10) };
            Read(1, 0);
        }

        Assert.Null(Assert.Single(Read(1, 0)).EndedAt);
        Assert.NotNull(Assert.Single(Read(1, 20)).EndedAt);
    }

    [Fact]
    public void A_load_that_ends_is_none()
    {
        Usual(1, 20);
        for (var second = 0; second < 60; second++)
        {
            Assert.Empty(Read(1, 0));
        }
    }

    [Fact]
    public void Calls_that_are_long_as_before_are_none_although_no_message_succeeds()
    {
        (Figures.MeanMs, Figures.Running) = (400, 8);
        Usual(1, 20);
        for (var second = 0; second < 60; second++)
        {
            Assert.Empty(Read(1, 0));
        }
    }

    [Fact]
    public void A_call_that_never_ends_is_none_while_messages_succeed_or_are_few()
    {
        Usual(1, 20);
        Figures.Running = 3;
        for (var second = 0; second < 60; second++)
        {
            Assert.Empty(Read(1, 18));
        }

        Figures.Running = 0;
        Figures.Rate = 0.2;
        Usual(1, 1, seconds: 5);
        Figures.Running = 3;
        for (var second = 0; second < 20; second++)
        {
            Assert.Empty(Read(1, 0));
        }
    }

    [Fact]
    public void Connections_that_stay_open_are_no_calls_when_the_load_ends()
    {
        Figures.Running = 2;
        Usual(1, 20);
        for (var second = 0; second < 60; second++)
        {
            Assert.Empty(Read(1, 0));
        }

        // Nor do they hide what stalls.
        Usual(1, 20, seconds: 80);
        Figures.Running = 6;
        for (var second = 0; second < 5; second++)
        {
            Read(1, 0);
        }

        Assert.Equal(4, Assert.Single(Read(1, 0)).Calls);
    }

    [Fact]
    public void What_lasts_less_than_four_seconds_is_none()
    {
        for (var time = 0; time < 5; time++)
        {
            Usual(1, 20, seconds: 10);
            Figures.Running = 6;
            for (var second = 0; second < 3; second++)
            {
                Assert.Empty(Read(1, 0));
            }

            Figures.Running = 0;
        }
    }

    [Fact]
    public void Readings_that_were_delayed_or_without_a_host_are_not_compared()
    {
        Usual(1, 20);
        Figures.Running = 4;
        Assert.Empty(Read(30, 0));
        Figures.Missing = ["host-1"];
        for (var second = 0; second < 20; second++)
        {
            Assert.Empty(Read(1, 0));
        }
    }

    [Fact]
    public void A_reading_without_a_host_does_not_end_it()
    {
        Usual(1, 20);
        var began = Figures.At;
        Figures.Running = 4;
        for (var second = 0; second < 6; second++)
        {
            Read(1, 0);
        }

        Figures.Missing = ["host-1"];
        Assert.Null(Assert.Single(Read(5, 0)).EndedAt);
        Figures.Missing = [];
        var lasting = Assert.Single(Read(1, 0));
        Assert.Equal((began, 12, null), (lasting.From, (int)lasting.Length.TotalSeconds, lasting.EndedAt));
    }

    [Fact]
    public void A_load_that_ends_during_it_ends_it_when_the_last_calls_ended_although_no_message_shows_that()
    {
        Usual(1, 20);
        Figures.Running = 4;
        for (var second = 0; second < 8; second++)
        {
            Read(1, 0);
        }

        Figures.Running = 0;
        Assert.Null(Assert.Single(Read(1, 0)).EndedAt);
        var calm = Figures.At;
        Assert.Null(Assert.Single(Read(1, 0)).EndedAt);
        for (var second = 0; second < 12; second++)
        {
            var ended = Assert.Single(Read(1, 0));
            Assert.Equal((9, calm), ((int)ended.Length.TotalSeconds, ended.EndedAt));
        }
    }

    [Fact]
    public void Calls_that_run_again_a_moment_later_show_that_it_lasts()
    {
        Usual(1, 20);
        Figures.Running = 4;
        for (var second = 0; second < 12; second++)
        {
            Figures.Running = second is 6 or 7 or 8 ? 0 : 4;
            Read(1, 0);
        }

        Assert.Equal((13, null), Assert.Single(Read(1, 0)) is var lasting ? ((int)lasting.Length.TotalSeconds, lasting.EndedAt) : default);
    }

    [Fact]
    public void A_host_that_restarts_ends_it()
    {
        Usual(1, 20);
        Figures.Running = 4;
        for (var second = 0; second < 6; second++)
        {
            Read(1, 0);
        }

        Assert.Null(Assert.Single(Watch.Observe(Figures.After(1, 0), Unhealthy)).EndedAt);
        (Figures.Uptime, Figures.Succeeded) = (0, 0);
        Assert.NotNull(Assert.Single(Read(1, 0)).EndedAt);
    }

    [Fact]
    public void Many_of_them_are_bounded()
    {
        for (var stall = 0; stall < 3 * StallWatch.MaxEnded; stall++)
        {
            Figures.Running = 0;
            Usual(1, 20, seconds: 5);
            Figures.Running = 4;
            for (var second = 0; second < 5; second++)
            {
                Read(1, 0);
            }
        }

        Assert.InRange(Read(1, 0).Count, StallWatch.MaxEnded / 2, StallWatch.MaxEnded + 1);
    }

    [Fact]
    public void The_sentence_has_start_length_calls_and_types_and_nothing_else_is_said()
    {
        Usual(1, 20);
        Figures.Running = 4;
        for (var second = 0; second < 9; second++)
        {
            Read(1, 0);
        }

        var history = new HistoryStore(new FakeTimeProvider());
        var now = Figures.After(1, 0);
        var why = WhyEngine.Explain(now, history, Watch.Observe(now, Unhealthy), []);
        Assert.Equal(
            "The database has not answered since 14:01:00 UTC, for 10 s: 4 calls (`update`) not ended, and no message to ThreadActor succeeded.", why.Text);
        Assert.Equal((StalledDependency.Cause, Readings.Database, 1), (why.Findings[0].Cause, why.Findings[0].Subject, why.Findings[0].Share));

        Figures.Running = 0;
        now = Figures.After(1, 20);
        why = WhyEngine.Explain(now, history, Watch.Observe(now, Unhealthy), []);
        Assert.Equal(
            "The database did not answer for 11 s from 14:01:00 UTC: up to 4 calls (`update`) waited, and no message to ThreadActor succeeded.", why.Text);
    }
}

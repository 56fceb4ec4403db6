using Choir.Observatory.Why;

namespace Choir.Tests.Unit.Observatory.Why;

/// <summary>Stalls at few messages per second, of which single ones succeed meanwhile because they do not need what stalls.</summary>
public sealed class StallWatchLowRateTests : StallWatchTestBase
{
    public StallWatchLowRateTests()
    {
        Figures.Rate = 3;
        Usual(1, 3);
        Figures.Running = 24;
    }

    [Fact]
    public void A_single_message_that_succeeds_does_not_end_it()
    {
        var began = Figures.At;
        Stalled(13);
        Assert.Null(Assert.Single(Read(1, 1)).EndedAt);
        Stalled(5);
        Figures.Running = 0;
        var ended = Assert.Single(Read(1, 12));
        Assert.Equal((began, 20, Figures.At), (ended.From, (int)ended.Length.TotalSeconds, ended.EndedAt));
    }

    [Fact]
    public void One_that_succeeds_while_calls_are_given_up_does_not_end_it_either()
    {
        Stalled(13);
        Figures.Running = 0;
        Assert.Null(Assert.Single(Read(1, 1)).EndedAt);
        Figures.Running = 20;
        Stalled(6);
        Assert.Null(Assert.Single(Read(1, 0)).EndedAt);
    }

    [Fact]
    public void Calls_that_have_ended_and_a_message_that_succeeds_end_it()
    {
        Stalled(13);
        Figures.Running = 0;
        Read(1, 1);
        var calm = Figures.At;
        Read(1, 0);
        Assert.Equal(calm, Assert.Single(Read(1, 1)).EndedAt);
    }

    [Fact]
    public void It_lasts_while_the_health_check_of_the_same_name_fails_and_ends_when_messages_succeeded()
    {
        Stalled(10);
        Unhealthy = new HashSet<string>([Readings.Database]);
        Figures.Running = 0;
        Assert.Null(Assert.Single(Read(1, 5)).EndedAt);
        var progress = Figures.At;
        Assert.Null(Assert.Single(Read(1, 3)).EndedAt);
        Unhealthy = new HashSet<string>();
        Assert.Equal(progress, Assert.Single(Read(1, 3)).EndedAt);
    }

    [Fact]
    public void A_health_check_that_fails_for_another_reason_does_not_make_it_last_for_ever()
    {
        Unhealthy = new HashSet<string>([Readings.Database]);
        Stalled(10);
        Figures.Running = 0;
        Usual(1, 3, seconds: 30);
        Assert.InRange(Assert.Single(Read(1, 3)).Length.TotalSeconds, 10, 14);
    }

    [Fact]
    public void Two_of_which_one_begins_as_the_other_ends_are_one()
    {
        var began = Figures.At;
        Stalled(14);
        Assert.NotNull(Assert.Single(Read(1, 4)).EndedAt);
        Stalled(7);
        Assert.Equal((began, null), Assert.Single(Read(1, 0)) is var lasting ? (lasting.From, lasting.EndedAt) : default);
        Figures.Running = 0;
        var ended = Assert.Single(Read(1, 12));
        Assert.Equal((began, 24), (ended.From, (int)ended.Length.TotalSeconds));
    }

    private void Stalled(int seconds)
    {
        for (var second = 0; second < seconds; second++)
        {
            Read(1, 0);
        }
    }
}

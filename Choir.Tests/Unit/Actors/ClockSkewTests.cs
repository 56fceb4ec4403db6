using Choir.Actors.Messaging;
using Microsoft.Extensions.Time.Testing;

namespace Choir.Tests.Unit.Actors;

/// <summary>The difference of two clocks is told from the time that messages took.</summary>
public sealed class ClockSkewTests
{
    private const long Second = TimeSpan.TicksPerSecond;
    private const long Transport = Second / 1_000;
    private const long Sender = 7;

    private readonly ClockSkew _skew = new();

    [Theory]
    [InlineData(-3_600)]
    [InlineData(-2)]
    [InlineData(2)]
    [InlineData(3_600)]
    public void Whichever_clock_is_ahead_only_the_time_that_a_message_took_is_told(long seconds)
    {
        var off = seconds * Second;
        Assert.Equal(0, Take(off + Transport));
        Assert.Equal(5 * Second, Take(off + Transport + (5 * Second)));
        Assert.Equal(0, Take(off + Transport));
    }

    [Fact]
    public void Of_a_message_that_stood_in_line_nothing_is_learnt_however_many_there_are()
    {
        Assert.Equal(10 * Second, Take(10 * Second, isPrompt: false));
        Take(Transport);
        Minutes(10, () => Assert.Equal((10 * Second) - Transport, Take(10 * Second, isPrompt: false)));
    }

    [Fact]
    public void A_clock_that_is_set_so_that_less_time_seems_to_pass_is_followed_at_once()
    {
        Take(Transport);
        Assert.Equal(0, Take(Transport - (30 * Second)));
        Assert.Equal(Second, Take(Transport - (29 * Second)));
    }

    [Fact]
    public void A_clock_that_is_set_so_that_more_time_seems_to_pass_is_followed_within_two_windows()
    {
        Take(Transport);
        Minutes(1, () => Take(Transport));
        var told = new List<long>();
        Minutes(2, () => told.Add(Take(Transport + (30 * Second))));
        Assert.Equal(30 * Second, told[0]);
        Assert.Equal(0, told[^1]);
        Assert.Equal(5 * Second, Take(Transport + (35 * Second)));
    }

    [Fact]
    public void One_quick_message_a_minute_is_enough_to_see_that_the_others_are_slow()
    {
        Take(Transport);
        var number = 0;
        Minutes(10, () =>
        {
            var isQuick = number++ % ClockSkew.Window == 0;
            Assert.Equal(isQuick ? 0 : 3 * Second, Take(isQuick ? Transport : Transport + (3 * Second)));
        });
    }

    [Fact]
    public void A_sender_that_is_seldom_heard_of_is_not_judged_by_a_few_slow_messages()
    {
        Take(Transport);
        for (var message = 0; message < ClockSkew.MinMoments - 2; message++)
        {
            Ticks(5 * ClockSkew.Window);
            Assert.Equal(3 * Second, Take(Transport + (3 * Second)));
        }
    }

    [Fact]
    public void However_many_processes_come_and_go_few_are_remembered()
    {
        for (var process = 0; process < 5_000; process++)
        {
            Assert.Equal(0, _skew.Correct(process, process * Second, isPrompt: true));
            Assert.InRange(_skew.Processes, 1, ClockSkew.MaxProcesses);
        }
    }

    [Fact]
    public void A_deadline_shorter_than_the_difference_of_the_clocks_does_not_pass_early_and_passes_in_time()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var ahead = new FakeTimeProvider(time.GetUtcNow() + TimeSpan.FromSeconds(30));
        var (sender, receiver) = (new ProcessClock(time) { Owner = 1 }, new ProcessClock(ahead) { Owner = 2 });
        Assert.False(IsExpired(TimeSpan.Zero));
        Assert.False(IsExpired(TimeSpan.FromSeconds(4)));
        Assert.True(IsExpired(TimeSpan.FromSeconds(6)));

        bool IsExpired(TimeSpan waits)
        {
            var message = sender.Stamp("TYPE", [], default, Guid.Empty, Guid.Empty, default, TimeSpan.FromSeconds(5), expectsReply: true);
            time.Advance(waits);
            ahead.Advance(waits);
            return receiver.IsExpired(message, receiver.Since(message, receiver.Timestamp, isPrompt: waits == TimeSpan.Zero));
        }
    }

    private long Take(long ticks, bool isPrompt = true) => _skew.Correct(Sender, ticks, isPrompt);

    /// <summary>Does something each second.</summary>
    private void Minutes(int minutes, Action eachSecond)
    {
        for (var second = 0; second < minutes * ClockSkew.Window; second++)
        {
            eachSecond();
            _skew.Tick();
        }
    }

    private void Ticks(int count)
    {
        for (var tick = 0; tick < count; tick++)
        {
            _skew.Tick();
        }
    }
}

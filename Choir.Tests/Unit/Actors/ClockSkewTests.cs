using Choir.Actors.Messaging;
using Microsoft.Extensions.Time.Testing;

namespace Choir.Tests.Unit.Actors;

/// <summary>The difference of two clocks is estimated from the times of messages.</summary>
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
    public void The_difference_of_the_clocks_is_removed_from_the_time_of_a_message(long seconds)
    {
        var off = seconds * Second;
        Assert.Equal(0, Take(off + Transport));
        Assert.Equal(5 * Second, Take(off + Transport + (5 * Second)));
        Assert.Equal(0, Take(off + Transport));
    }

    [Fact]
    public void Queued_messages_do_not_change_the_estimate()
    {
        Assert.Equal(10 * Second, Take(10 * Second, isPrompt: false));
        Take(Transport);
        Minutes(10, () => Assert.Equal((10 * Second) - Transport, Take(10 * Second, isPrompt: false)));
    }

    [Fact]
    public void A_clock_step_that_shortens_times_is_followed_at_once()
    {
        Take(Transport);
        Assert.Equal(0, Take(Transport - (30 * Second)));
        Assert.Equal(Second, Take(Transport - (29 * Second)));
    }

    [Fact]
    public void A_clock_step_that_lengthens_times_is_followed_within_two_windows()
    {
        Take(Transport);
        Minutes(1, () => Take(Transport));
        var corrected = new List<long>();
        Minutes(2, () => corrected.Add(Take(Transport + (30 * Second))));
        Assert.Equal(30 * Second, corrected[0]);
        Assert.Equal(0, corrected[^1]);
        Assert.Equal(5 * Second, Take(Transport + (35 * Second)));
    }

    [Fact]
    public void One_fast_message_per_window_keeps_the_estimate()
    {
        Take(Transport);
        var number = 0;
        Minutes(10, () =>
        {
            var isFast = number++ % ClockSkew.Window == 0;
            Assert.Equal(isFast ? 0 : 3 * Second, Take(isFast ? Transport : Transport + (3 * Second)));
        });
    }

    [Fact]
    public void A_few_slow_messages_of_a_rare_sender_do_not_change_the_estimate()
    {
        Take(Transport);
        for (var message = 0; message < ClockSkew.MinMoments - 2; message++)
        {
            Ticks(5 * ClockSkew.Window);
            Assert.Equal(3 * Second, Take(Transport + (3 * Second)));
        }
    }

    [Fact]
    public void The_number_of_remembered_processes_is_bounded()
    {
        for (var process = 0; process < 5_000; process++)
        {
            Assert.Equal(0, _skew.Correct(process, process * Second, isPrompt: true));
            Assert.InRange(_skew.ProcessCount, 1, ClockSkew.MaxProcesses);
        }
    }

    [Fact]
    public void A_deadline_is_independent_of_the_difference_of_the_clocks()
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

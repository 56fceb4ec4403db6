using Choir.Actors;
using Choir.Actors.Messaging;
using Choir.Tests.Support.Hostile;
using Microsoft.Extensions.Time.Testing;

namespace Choir.Tests.Unit.Actors;

/// <summary>The difference of two monotonic clocks is estimated from the times of messages.</summary>
public sealed class ClockSkewTests
{
    private const long Second = TimeSpan.TicksPerSecond;
    private const long Transport = Second / 1_000;
    private const long Sender = 7;

    private readonly FakeTimeProvider _time = new();
    private readonly ClockSkew _skew;

    public ClockSkewTests() => _skew = new ClockSkew(_time);

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
    public void A_clock_that_stood_still_here_is_followed_at_once()
    {
        Take(Transport);
        Assert.Equal(0, Take(Transport - (30 * Second)));
        Assert.Equal(Second, Take(Transport - (29 * Second)));
    }

    [Fact]
    public void Times_are_unknown_after_the_clock_of_the_sender_stood_still_until_that_is_learned()
    {
        Take(Transport);
        Minutes(1, () => Take(Transport));
        var corrected = new List<long>();
        Minutes(2, () => corrected.Add(Take(Transport + (30 * Second), stoodStill: 30 * Second)));
        Assert.Equal(ClockSkew.Unknown, corrected[0]);
        Assert.Equal(0, corrected[^1]);
        Assert.All(corrected, time => Assert.InRange(time, ClockSkew.Unknown, 0));

        // The next message without delay shows how the clocks are set now.
        Take(Transport + (30 * Second), stoodStill: 30 * Second);
        Assert.Equal(5 * Second, Take(Transport + (35 * Second), stoodStill: 30 * Second));
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
            Assert.Equal(0, _skew.Correct(process, process * Second, 0));
            Assert.InRange(_skew.ProcessCount, 1, ClockSkew.MaxProcesses);
        }
    }

    [Theory]
    [InlineData(31)]
    [InlineData(120)]
    [InlineData(-120)]
    public void A_message_expires_after_its_time_to_live_whatever_happens_to_the_wall_clocks(int step)
    {
        var (time, here) = (new SteppedClock(), new SteppedClock());
        var (sender, receiver) = (new ProcessClock(time) { Owner = 1 }, new ProcessClock(here) { Owner = 3 });
        var message = sender.Stamp("TYPE", [], default, Guid.Empty, Guid.Empty, default, TimeSpan.FromMinutes(1), expectsReply: true);
        here.StepWall(TimeSpan.FromSeconds(step));
        Assert.False(IsExpired(arrived: 0));
        var arrived = receiver.ArrivalOf(message);
        Assert.False(IsExpired(arrived));

        // The monotonic clock runs on by two minutes.
        here.HoldMonotonic(TimeSpan.FromMinutes(-2));
        here.StepWall(TimeSpan.FromSeconds(-step));
        Assert.True(IsExpired(arrived));

        bool IsExpired(long arrived) => receiver.IsExpired(message, receiver.Begin(message, arrived));
    }

    [Fact]
    public void The_time_before_the_arrival_of_a_message_counts_for_its_time_to_live()
    {
        var (sender, receiver) = (new ProcessClock(_time) { Owner = 1 }, new ProcessClock(_time) { Owner = 3 });
        var (first, message) = (Stamp(), Stamp());
        Assert.False(IsExpired(first));
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.False(IsExpired(message));
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.True(IsExpired(message));

        ActorMessage Stamp() => sender.Stamp("TYPE", [], default, Guid.Empty, Guid.Empty, default, TimeSpan.FromSeconds(5), expectsReply: true);

        bool IsExpired(ActorMessage arriving) => receiver.IsExpired(arriving, receiver.Begin(arriving, arrived: 0));
    }

    [Fact]
    public void A_message_that_is_sent_again_has_only_what_is_left_of_its_time_to_live()
    {
        var clock = new ProcessClock(_time);
        var message = clock.Stamp("TYPE", [], default, Guid.Empty, Guid.Empty, default, TimeSpan.FromSeconds(5), expectsReply: true);
        _time.Advance(TimeSpan.FromSeconds(3));
        var again = clock.StampAgain(message);

        Assert.Equal((message.Id, message.CorrelationId, message.Type), (again.Id, again.CorrelationId, again.Type));
        Assert.Equal(TimeSpan.FromSeconds(2), again.AskTimeout);
        Assert.Equal(0, clock.Begin(again, arrived: 0).Queue);
    }

    [Fact]
    public void A_message_that_is_sent_again_is_otherwise_the_same()
    {
        string[] changed = [nameof(ActorMessage.SentAtTicks), nameof(ActorMessage.SentTimestamp), nameof(ActorMessage.SenderProcess)];
        var message = new ActorMessage
        {
            Version = 2, Id = Guid.NewGuid(), Type = "TYPE", Data = [1], Sender = new ActorAddress("A", "a"), CorrelationId = Guid.NewGuid(),
            CausationId = Guid.NewGuid(), TraceContext = TraceContext.Unsampled(Guid.NewGuid(), Guid.NewGuid()), SentAtTicks = 1,
            SentTimestamp = 1, SenderProcess = 1, TimeToLiveTicks = long.MaxValue, ExpectsReply = true, IsUpkeep = true, IsFromHost = true,
        };
        var properties = Array.FindAll(typeof(ActorMessage).GetProperties(), property => property.CanWrite && !changed.Contains(property.Name));
        var fresh = new ActorMessage
        {
            Id = default, Type = "", Data = [], CorrelationId = default, SentAtTicks = 0, SentTimestamp = 0, SenderProcess = 0,
        };

        // A property that this test does not set would prove nothing.
        Assert.All(properties, property => Assert.NotEqual(property.GetValue(fresh), property.GetValue(message)));
        var clock = new ProcessClock(_time);
        Assert.All(
            properties.Where(property => property.Name != nameof(ActorMessage.TimeToLiveTicks)),
            property => Assert.Equal(property.GetValue(message), property.GetValue(clock.StampAgain(message))));
    }

    [Fact]
    public void The_queue_time_is_unknown_between_clocks_of_different_resolutions()
    {
        var (sender, receiver) = (new ProcessClock(_time) { Owner = 2 }, new ProcessClock(_time) { Owner = 3 });
        var message = sender.Stamp("TYPE", [], default, Guid.Empty, Guid.Empty, default, timeout: null, expectsReply: false);
        var arrived = receiver.ArrivalOf(message);
        _time.Advance(TimeSpan.FromSeconds(1));
        var turn = receiver.Begin(message, arrived);

        Assert.Equal((Second, false), (turn.Queue, turn.IsQueueKnown));
    }

    /// <summary>Takes a message that was sent at the epoch of the sender's clocks.</summary>
    /// <param name="ticks">The time of arrival by the monotonic clocks.</param>
    /// <param name="stoodStill">How long a monotonic clock stood still, while the wall clocks ran on.</param>
    private long Take(long ticks, long stoodStill = 0) =>
        _skew.Correct(Sender, ticks, _time.GetUtcNow().UtcTicks - ticks + stoodStill);

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

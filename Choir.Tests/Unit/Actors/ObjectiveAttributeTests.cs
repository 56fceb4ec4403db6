using Choir.Actors;
using Choir.Actors.Hosting;
using Choir.Observability;

namespace Choir.Tests.Unit.Actors;

public class ObjectiveAttributeTests
{
    [Theory]
    [InlineData("99.9%", 0.999)]
    [InlineData(" 99.95 % ", 0.9995)]
    [InlineData("95%", 0.95)]
    [InlineData("99.999%", 0.99999)]
    public void A_share_is_a_percentage(string text, double share)
    {
        Assert.Null(ObjectiveText.ReadShare(text, out var read));
        Assert.Equal((decimal)share, read);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0.999")]
    [InlineData("99,9%")]
    [InlineData("100%")]
    [InlineData("94.9%")]
    [InlineData("99.9999%")]
    [InlineData("-99%")]
    [InlineData("٩٩%")]
    [InlineData("99.9%\n%")]
    public void Another_share_is_refused(string? text) => Assert.NotNull(ObjectiveText.ReadShare(text, out _));

    [Theory]
    [InlineData("250ms", 0.25, 0.25, "250 ms")]
    [InlineData("200ms", 0.2, 0.25, "250 ms")]
    [InlineData("10us", 0.00001, 0.00001, "10 µs")]
    [InlineData("11 µs", 0.000011, 0.000025, "25 µs")]
    [InlineData("2.5ms", 0.0025, 0.0025, "2.5 ms")]
    [InlineData("1s", 1, 1, "1 s")]
    [InlineData("1min", 60, 60, "60 s")]
    public void A_latency_is_rounded_up_to_a_bucket(string text, double seconds, double bound, string inWords)
    {
        Assert.Null(ObjectiveText.ReadLatency(text, DurationHistograms.Bounds, out var read, out var next));
        Assert.Equal((seconds, bound), (read, next));
        Assert.Equal(inWords, ObjectiveText.Text(next));
    }

    [Theory]
    [InlineData("", "write a time, such as 250ms")]
    [InlineData("fast", "write a time, such as 250ms")]
    [InlineData("1", "write a time, such as 250ms")]
    [InlineData("0,5s", "write a time, such as 250ms")]
    [InlineData("1,000ms", "write a time, such as 250ms")]
    [InlineData("10%", "write a time, such as 250ms")]
    [InlineData("1e3s", "write a time, such as 250ms")]
    [InlineData("9999999999s", "write a time, such as 250ms")]
    [InlineData("61s", "buckets from 10 µs to 60 s")]
    [InlineData("1us", "buckets from 10 µs to 60 s")]
    public void Another_latency_is_refused(string text, string why) =>
        Assert.Contains(why, ObjectiveText.ReadLatency(text, DurationHistograms.Bounds, out _, out _), StringComparison.Ordinal);

    [Fact]
    public void All_mistakes_of_objectives_are_reported_at_the_start()
    {
        var problems = new List<string>();
        ActorType.Create(typeof(Wrong), new KindNumbers(new WindowClock(TimeProvider.System)), problems);
        Assert.Equal(
            [
                "Wrong.Handle: the LatencyShare of the [Objective] is \"50%\"; it must be from 95% to 99.999%.",
                "Wrong.Handle: the latency of the [Objective] is \"2h\"; it is measured in buckets from 10 µs to 60 s and must be within them.",
                "Wrong.Helper: an [Objective] stands on an actor class or a handler; mark the method with [Handles(\"…\")] too.",
                "Wrong.Other: the LatencyShare of the [Objective] is set, but there is no latency.",
                "Wrong: the share of the [Objective] is \"all\"; write a percentage, such as 99.9%.",
            ],
            problems.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_actor_may_have_objectives()
    {
        var problems = new List<string>();
        ActorType.Create(typeof(Right), new KindNumbers(new WindowClock(TimeProvider.System)), problems);
        Assert.Empty(problems);
    }

    // Abstract, so that the hosts of other tests do not use them.
    [Objective("all")]
    private abstract class Wrong : Actor
    {
        [Handles("ONE")]
        [Objective("99%", "2h", LatencyShare = "50%")]
        public Task Handle(MessageContext context) => Task.CompletedTask;

        [Handles("TWO")]
        [Objective("99%", LatencyShare = "99%")]
        public Task Other(MessageContext context) => Task.CompletedTask;

        [Objective("99%")]
        public Task Helper() => Task.CompletedTask;
    }

    [Objective("99.9%")]
    private abstract class Right : Actor
    {
        [Handles("ONE")]
        [Objective("99.9%", "200ms", LatencyShare = "99%")]
        public Task Handle(MessageContext context) => Task.CompletedTask;
    }
}

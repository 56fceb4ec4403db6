using Choir.LoadTest.Profiles;

namespace Choir.Tests.Unit.LoadTest.Profiles;

public class TextTests
{
    [Theory]
    [InlineData("500ms", 0.5)]
    [InlineData("90s", 90)]
    [InlineData("1.5 m", 90)]
    [InlineData("2min", 120)]
    [InlineData("2h", 7_200)]
    [InlineData("00:01:30", 90)]
    [InlineData("0s", 0)]
    public void A_duration_is_read(string text, double seconds)
    {
        Assert.True(DurationText.TryParse(text, out var duration));
        Assert.Equal(seconds, duration.TotalSeconds, 9);
    }

    [Theory]
    [InlineData("")]
    [InlineData("90")]
    [InlineData("-1s")]
    [InlineData("NaNs")]
    [InlineData("Infinitys")]
    [InlineData("99999h")]
    [InlineData("1e3s")]
    [InlineData("s")]
    [InlineData("999999999999999999999999999999h")]
    public void What_is_no_duration_is_refused(string text) => Assert.False(DurationText.TryParse(text, out _));

    [Theory]
    [InlineData(0.25, "250ms")]
    [InlineData(90, "90s")]
    [InlineData(150, "2.5m")]
    [InlineData(7_200, "2h")]
    public void A_duration_is_written_as_it_can_be_read(double seconds, string text) =>
        Assert.Equal(text, DurationText.Format(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData("conversation.p99<=1s", "conversation.p99 <= 1s")]
    [InlineData("read.p95 <= 0.25s", "read.p95 <= 250ms")]
    [InlineData("p50 <= 1500 µs", "p50 <= 1.5ms")]
    [InlineData("p99 <= 12.345s", "p99 <= 12.345s")]
    [InlineData(" errors.share <= 1 % ", "errors.share <= 1%")]
    [InlineData("rate >= 50", "rate >= 50/s")]
    [InlineData("rate.rate >= 0.5/s", "rate.rate >= 0.5/s")]
    [InlineData("knee >= 1200/s", "knee >= 1200/s")]
    [InlineData("memory.drift <= 10%", "memory.drift <= 10%")]
    [InlineData("recovery <= 2m", "recovery <= 120s")]
    [InlineData("rate >= 4.99999999", "rate >= 4.99999999/s")]
    [InlineData("errors.share <= 7.00000001%", "errors.share <= 7.00000001%")]
    [InlineData("errors.share <= 100%", "errors.share <= 100%")]
    [InlineData("read.errors.share <= 7%", "read.errors.share <= 7%")]
    [InlineData("memory.drift <= 101%", "memory.drift <= 101%")]
    [InlineData("rate >= 1000000000000000000000", "rate >= 1000000000000000000000/s")]
    public void An_objective_is_read_and_written(string text, string written)
    {
        Assert.True(ObjectiveText.TryParse(text, out var objective, out var error), error);
        Assert.Equal(written, ObjectiveText.Format(objective!));
    }

    [Theory]
    [InlineData("")]
    [InlineData("p99")]
    [InlineData("p99 <= ")]
    [InlineData("p99 <= fast")]
    [InlineData("p99 <= -1s")]
    [InlineData("p99 <= 1s <= 2s")]
    [InlineData("p99 <= NaN")]
    [InlineData("p 99 <= 1s")]
    public void What_is_no_objective_is_refused_with_the_text(string text)
    {
        Assert.False(ObjectiveText.TryParse(text, out var objective, out var error));
        Assert.Null(objective);
        Assert.StartsWith($"\"{text}\"", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("message.p99 <= 0,5s", "\"0,5\" has a comma: write a point before decimals and nothing between thousands, such as 0.5 or 1200.")]
    [InlineData("rate >= 1,5", "\"1,5\" has a comma: write a point before decimals and nothing between thousands, such as 0.5 or 1200.")]
    [InlineData("knee >= 1,200/s", "\"1,200\" has a comma: write a point before decimals and nothing between thousands, such as 0.5 or 1200.")]
    [InlineData("rate >= 1.200.000", "\"1.200.000\" is no number: write one such as 0.5 or 1200.")]
    [InlineData("errors.share <= 1s", "\"1s\" has the unit \"s\", but errors.share is a share, whose unit is %: write a limit such as 1%.")]
    [InlineData("errors.share <= 1", "\"1\" has no unit, but errors.share is a share, whose unit is %: write a limit such as 1%.")]
    [InlineData("errors.share <= 101%", "\"101%\" is more than all operations: write at most 100%.")]
    [InlineData("read.errors.share >= 100.1%", "\"100.1%\" is more than all operations: write at most 100%.")]
    [InlineData("latency.drift <= 0.1", "\"0.1\" has no unit, but latency.drift is a share, whose unit is %: write a limit such as 1%.")]
    [InlineData("p90 <= 5 KiB", "\"5 KiB\" has the unit \"KiB\", but p90 is a time, whose units are us, ms, s, m and h: write a limit such as 250ms.")]
    [InlineData("p95 <= 10%", "\"10%\" has the unit \"%\", but p95 is a time, whose units are us, ms, s, m and h: write a limit such as 250ms.")]
    [InlineData("p50 <= 250", "\"250\" has no unit, but p50 is a time, whose units are us, ms, s, m and h: write a limit such as 250ms.")]
    [InlineData("recovery <= 20", "\"20\" has no unit, but recovery is a time, whose units are us, ms, s, m and h: write a limit such as 250ms.")]
    [InlineData("message.rate >= 5s", "\"5s\" has the unit \"s\", but message.rate is a rate, whose unit is /s: write a limit such as 50/s.")]
    [InlineData("p99 <= 1e3s", "\"1e3s\" is no limit: write a number with its unit, such as 250ms.")]
    public void A_limit_that_does_not_fit_its_figure_is_refused_with_the_remedy(string text, string sentence)
    {
        Assert.False(ObjectiveText.TryParse(text, out var objective, out var error));
        Assert.Null(objective);
        Assert.Equal($"\"{text}\": {sentence}", error);
    }

    [Theory]
    [InlineData(ProfileKind.Load)]
    [InlineData(ProfileKind.Stress)]
    [InlineData(ProfileKind.Endurance)]
    [InlineData(ProfileKind.Spike)]
    public void The_objectives_of_a_built_in_profile_are_read_as_they_are_written(ProfileKind kind) =>
        Assert.All(BuiltInProfiles.Of(kind).Objectives, objective =>
        {
            Assert.True(ObjectiveText.TryParse(ObjectiveText.Format(objective), out var read, out var error), error);
            Assert.Equal(objective, read);
        });

    [Theory]
    [InlineData("1,5s")]
    [InlineData("1,500ms")]
    public void A_duration_with_a_comma_is_refused(string text) => Assert.False(DurationText.TryParse(text, out _));

    [Theory]
    [InlineData("p99 < 1s", "\"p99 < 1s\": a limit includes its value, so write \"p99 <= 1s\".")]
    [InlineData("rate > 50", "\"rate > 50\": a limit includes its value, so write \"rate >= 50\".")]
    public void A_limit_without_its_value_is_refused_with_the_remedy(string text, string sentence)
    {
        Assert.False(ObjectiveText.TryParse(text, out _, out var error));
        Assert.Equal(sentence, error);
    }

    [Fact]
    public void The_command_line_changes_all_stages_in_proportion()
    {
        var spike = BuiltInProfiles.Of(ProfileKind.Spike);
        var changed = new ProfileOverrides(Rate: 5, Duration: spike.Duration / 2, Users: 7, WarmUp: TimeSpan.Zero, Seed: 9).Apply(spike);
        Assert.Equal(spike.Stages.Select(stage => stage.FromRate / 2), changed.Stages.Select(stage => stage.FromRate));
        Assert.Equal(spike.Stages.Select(stage => stage.Duration / 2), changed.Stages.Select(stage => stage.Duration));
        Assert.Equal((7, TimeSpan.Zero, 9), (changed.Users, changed.WarmUp, changed.Seed));
        Assert.Equal(spike, new ProfileOverrides(null, null, null, null, null).Apply(spike));
    }
}

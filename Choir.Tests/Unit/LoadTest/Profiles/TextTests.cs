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
    [InlineData("read.p95 <= 0.25", "read.p95 <= 250ms")]
    [InlineData(" errors.share <= 1 % ", "errors.share <= 1%")]
    [InlineData("rate >= 50", "rate >= 50/s")]
    [InlineData("knee >= 1,200/s", "knee >= 1,200/s")]
    [InlineData("memory.drift <= 10%", "memory.drift <= 10%")]
    [InlineData("recovery <= 2m", "recovery <= 120s")]
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

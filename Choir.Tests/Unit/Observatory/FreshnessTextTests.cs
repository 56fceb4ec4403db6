using Choir.Observatory.Components;

namespace Choir.Tests.Unit.Observatory;

public sealed class FreshnessTextTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 30, 8, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(null, 1, "Live · 07:59:59 UTC")]
    [InlineData(null, -60, "Live · 08:01:00 UTC")]
    [InlineData("No actor host answers.", 1, "Not live since 07:59:59 UTC")]
    [InlineData(null, 15, "Not live since 07:59:45 UTC · 15 s ago")]
    [InlineData("No actor host answers.", 90, "Not live since 07:58:30 UTC · 1 min 30 s ago")]
    public void Figures_are_live_only_while_they_are_new(string? problem, int seconds, string text)
    {
        Assert.Equal(text, FreshnessText.Of(problem, Now.AddSeconds(-seconds), Now));
        Assert.Equal(text.StartsWith("Not", StringComparison.Ordinal), FreshnessText.IsOld(problem, Now.AddSeconds(-seconds), Now));
    }

    [Fact]
    public void Without_figures_they_are_waited_for()
    {
        Assert.Equal("Waiting for the first figures", FreshnessText.Of(null, null, Now));
        Assert.False(FreshnessText.IsOld(null, null, Now));
    }
}

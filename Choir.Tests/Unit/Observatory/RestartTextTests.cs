using Choir.Actors.Inspection;
using Choir.Observatory.Components;

namespace Choir.Tests.Unit.Observatory;

public sealed class RestartTextTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 14, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(20, 5, "nothing: it restarts in 20 s after 5 failures in a row")]
    [InlineData(0.4, 1, "nothing: it restarts now after 1 failure in a row")]
    [InlineData(-3, 5, "nothing: it restarts now after 5 failures in a row")]
    public void An_actor_that_waits_for_its_restart_says_when_it_is_and_why(double seconds, int failures, string text) =>
        Assert.Equal(text, RestartText.Of(Actor() with { RestartsAt = Now.AddSeconds(seconds), FailuresInARow = failures }, Now));

    [Fact]
    public void An_actor_that_does_not_wait_for_one_says_nothing() => Assert.Null(RestartText.Of(Actor(), Now));

    private static LiveActor Actor() => new("host-1", 2, null, [], null);
}

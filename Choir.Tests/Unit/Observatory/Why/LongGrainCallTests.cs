using Choir.Actors.Inspection;
using Choir.Observatory;
using Choir.Observatory.History;
using Choir.Observatory.Live;
using Choir.Observatory.Why;
using Choir.Observatory.Why.Causes;
using Microsoft.Extensions.Time.Testing;

namespace Choir.Tests.Unit.Observatory.Why;

/// <summary>Calls of ordinary grains that do not end: what waits for their turn is not known.</summary>
public sealed class LongGrainCallTests
{
    private static readonly HostAnswers Hosts = new(["host-1"], []);
    private static readonly DateTimeOffset At = new(2026, 1, 1, 14, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_grain_that_hangs_is_a_cause_although_nothing_is_seen_to_wait_for_it()
    {
        var finding = Assert.Single(Explain(isGrain: true, "slow"));
        Assert.Equal((LongHandler.Cause, "cart/h1"), (finding.Cause, finding.Subject));
        Assert.Equal("cart/h1 has been handling ICart.HangAsync for 60 s; how many calls wait for their turn is not known.", finding.Sentence);
        Assert.Empty(Explain(isGrain: false, "slow"));
    }

    [Fact]
    public void A_grain_that_awaits_a_call_that_has_not_begun_is_a_cause_and_one_whose_call_runs_is_not()
    {
        Assert.Equal("cart/h1", Assert.Single(Explain(isGrain: true, "blocked")).Subject);
        var awaited = new AwaitedAnswer("stock", "apples", Guid.NewGuid(), "IStock.TakeAsync", At, 60_000);
        Assert.Empty(Explain(isGrain: true, "blocked", new ActorWait("cart", "h1", "", awaited)));
    }

    private static IReadOnlyList<WhyFinding> Explain(bool isGrain, string reason, params ActorWait[] waits)
    {
        long? queue = isGrain ? null : 0;
        var type = new ActorTypeFigures("cart", 5, 0, 0, 0, 0, 0, null, null, null, null, queue, queue, 0, queue, [], null, null, isGrain);
        var handler = new StuckHandler("cart", "h1", "host-1", "ICart.HangAsync", null, null, At.AddMinutes(-1), 60_000, false, reason, null);
        var now = new ClusterSnapshot(
            At, new ActorTypesView([type], Hosts), new FlowView(60, [], [], Hosts),
            new HostsView([new HostView("host-1", 1_000, 0.1, 2, 1, 1, 0.1, 0, 10, 0, 5, 0, 0, [])], Hosts),
            new StuckView(10_000, [handler], waits, [], [], false, [], [], Hosts), null, []);
        return WhyEngine.Explain(now, new HistoryStore(new FakeTimeProvider(At)), [], []).Findings;
    }
}

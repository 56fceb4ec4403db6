using Choir.Actors.Inspection;
using Choir.Observatory;
using Choir.Observatory.Why.Causes;

namespace Choir.Tests.Unit.Observatory.Why;

/// <summary>Calls of ordinary grains that do not end: what waits for their turn is not known.</summary>
public sealed class LongGrainCallTests
{
    [Fact]
    public void A_grain_that_hangs_is_a_cause_although_nothing_is_seen_to_wait_for_it()
    {
        var finding = Assert.Single(Explain(isGrain: true, "slow"));
        Assert.Equal((LongHandler.Cause, "cart/h1"), (finding.Cause, finding.Subject));
        Assert.Equal("cart/h1 has been handling ICart.HangAsync for 60 s; how many calls wait for their turn is not known.", finding.Sentence);
        Assert.Empty(Explain(isGrain: false, "slow"));
    }

    [Fact]
    public void At_a_reentrant_grain_no_call_waits_for_its_turn() =>
        Assert.Equal("cart/h1 has been handling ICart.HangAsync for 60 s.", Assert.Single(Explain(isGrain: true, isSequential: false, "slow")).Sentence);

    [Fact]
    public void A_grain_that_awaits_a_call_that_has_not_begun_is_a_cause_and_one_whose_call_runs_is_not()
    {
        Assert.Equal("cart/h1", Assert.Single(Explain(isGrain: true, "blocked")).Subject);
        var awaited = new AwaitedAnswer("stock", "apples", Guid.NewGuid(), "IStock.TakeAsync", Snapshots.At, 60_000);
        Assert.Empty(Explain(isGrain: true, "blocked", new ActorWait("cart", "h1", "", awaited)));
    }

    private static IReadOnlyList<WhyFinding> Explain(bool isGrain, string reason, params ActorWait[] waits) => Explain(isGrain, true, reason, waits);

    private static IReadOnlyList<WhyFinding> Explain(bool isGrain, bool isSequential, string reason, params ActorWait[] waits)
    {
        long? queue = isGrain ? null : 0;
        var type = new ActorTypeFigures("cart", 5, 0, 0, 0, 0, 0, null, null, null, null, queue, queue, 0, queue, [], null, null, isGrain) { IsSequential = isSequential };
        var handler = new StuckHandler("cart", "h1", "host-1", "ICart.HangAsync", null, null, Snapshots.At.AddMinutes(-1), 60_000, false, reason, null);
        return Snapshots.Explain(Snapshots.Of([type], stuck: Snapshots.Stuck([handler], waits)));
    }
}

using Choir.Actors.Inspection;
using Choir.Observatory;
using Choir.Observatory.Why.Causes;

namespace Choir.Tests.Unit.Observatory.Why;

public sealed class FailingHandlerTests
{
    [Fact]
    public void The_reason_is_one_of_the_actor_that_is_named()
    {
        // Each of Ann's has a text of its own; two of Ben's are the same.
        string[] failures = [.. Enumerable.Range(0, 10).Select(amount => $"Ann cannot pay {amount}."), "Ben cannot pay 54.", "Ben cannot pay 54."];
        var finding = Assert.Single(Explain(failures));
        Assert.Equal((FailingHandler.Cause, "payment/Ann"), (finding.Cause, finding.Subject));
        Assert.Contains("most of them at payment/Ann: 'Ann cannot pay ", finding.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Reasons_that_differ_in_numbers_and_ids_are_one()
    {
        string[] failures =
        [
            .. Enumerable.Range(0, 6).SelectMany(index => new[] { $"{(char)('A' + index)}nn: order {Guid.NewGuid()} is {index} too many.", $"{(char)('A' + index)}nn: out of stock." })
                .Select(text => text[5..]),
            "another reason", "another reason", "another reason",
        ];
        var finding = Assert.Single(Explain(failures));
        Assert.Contains("6 of the last 15 failures have this reason", Assert.Single(finding.Evidence), StringComparison.Ordinal);
    }

    private static IReadOnlyList<WhyFinding> Explain(string[] failures)
    {
        var type = new ActorTypeFigures("payment", 2, 100, 2, 80, 0.8, 0, 1, 1, 1, 1, null, null, null, null, [], null, 1, IsGrain: true);
        var edge = new FlowEdgeView("order", "payment", "IPayment.PayAsync", 2, 1.6, 1, 1, 1, 1, 100, 80, new Dictionary<string, long>(), null, 1);
        var hops = failures.Select(error => Snapshots.Failure("order", "payment", error[..3], "IPayment.PayAsync", error)).ToArray();
        return Snapshots.Explain(Snapshots.Of([type], [edge], failures: hops));
    }
}

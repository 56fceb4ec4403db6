using Choir.Actors.Inspection;
using Choir.Observatory;
using Choir.Observatory.Live;
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

    [Fact]
    public void The_evidence_counts_the_reason_at_all_actors()
    {
        string[] failures = [.. Enumerable.Repeat("Out of stock.", 8), "Ben is away.", "Ben is away."];
        var hops = failures.Select((error, item) => Snapshots.Failure("order", "payment", item < 6 ? "Ann" : "Ben", "IPayment.PayAsync", error)).ToArray();
        var finding = Assert.Single(Snapshots.Explain(Reading([]) with { Failures = new MessagesView(hops, false, new HostAnswers(["host-1"], [])) }));
        Assert.Equal(("payment/Ann", "8 of the last 10 failures have this reason, apart from numbers and ids"), (finding.Subject, Assert.Single(finding.Evidence)));
    }

    [Fact]
    public void An_actor_with_half_of_the_failures_has_not_most_of_them_and_a_reason_of_a_few_is_said_to_be_that()
    {
        string[] failures = [.. Enumerable.Range(0, 5).SelectMany(item => new[] { $"Ann lost {(char)('a' + item)}.", $"Ben lost {(char)('A' + item)}." })];
        var finding = Assert.Single(Explain(failures));
        Assert.Equal("payment", finding.Subject);
        Assert.Contains(", most often: 'Ann lost a'", finding.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Failures_from_before_the_last_minute_blame_no_actor()
    {
        // Ann failed long ago; since then 12 others have, each once.
        string[] failures = [.. Enumerable.Range(0, 12).Select(index => $"{(char)('a' + index)}nn is away."), .. Enumerable.Repeat("Ann cannot pay.", 80)];
        var finding = Assert.Single(Snapshots.Explain(Reading(failures, errorsPerSecond: 0.2)));
        Assert.Equal("payment", finding.Subject);
        Assert.DoesNotContain("Ann", finding.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_quarter_of_failures_is_named_although_it_was_so_all_the_time()
    {
        var reading = Reading([]);
        Assert.Equal(FailingHandler.Cause, Assert.Single(Snapshots.ExplainAfter(reading, reading)).Cause);
    }

    private static IReadOnlyList<WhyFinding> Explain(string[] failures) => Snapshots.Explain(Reading(failures));

    private static ClusterSnapshot Reading(string[] failures, double errorsPerSecond = 1.6)
    {
        var type = new ActorTypeFigures("payment", 2, 100, 2, 80, 0.8, 0, 1, 1, 1, 1, null, null, null, null, [], null, 1, IsGrain: true);
        var edge = new FlowEdgeView("order", "payment", "IPayment.PayAsync", errorsPerSecond * 1.25, errorsPerSecond, 1, 1, 1, 1, 100, 80, new Dictionary<string, long>(), null, 1);
        var hops = failures.Select(error => Snapshots.Failure("order", "payment", error[..3], "IPayment.PayAsync", error)).ToArray();
        return Snapshots.Of([type], [edge], failures: hops);
    }
}

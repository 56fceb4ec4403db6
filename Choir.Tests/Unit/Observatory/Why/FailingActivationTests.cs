using Choir.Actors.Inspection;
using Choir.Observatory.Why.Causes;

namespace Choir.Tests.Unit.Observatory.Why;

public sealed class FailingActivationTests
{
    [Theory]
    [InlineData(300, 300, "100 % of the activations of account fail: 'storage is down'; so do the calls for which they were made.")]
    [InlineData(20, 5, "25 % of the activations of account fail: 'storage is down'; so do the calls for which they were made.")]
    [InlineData(100, 5, null)]
    [InlineData(4, 4, null)]
    public void Actors_that_cannot_be_activated_are_a_cause_although_no_message_reaches_them(int activations, int failed, string? sentence)
    {
        var type = new ActorTypeFigures("account", 0, 0, 0, 0, 0, 0, null, null, null, null, null, null, null, null, [], null, null, IsGrain: true)
        {
            Activations = activations, FailedActivations = failed, ActivationError = "storage is down.",
        };
        var findings = Snapshots.Explain(Snapshots.Of([type]));
        Assert.Equal(sentence, findings.SingleOrDefault()?.Sentence);
        Assert.True(findings.All(one => one is { Cause: FailingActivation.Cause, Subject: "account" }));
    }
}

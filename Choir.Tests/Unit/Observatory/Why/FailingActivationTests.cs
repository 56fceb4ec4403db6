using Choir.Actors.Inspection;
using Choir.Observatory.History;
using Choir.Observatory.Live;
using Choir.Observatory.Why;
using Choir.Observatory.Why.Causes;
using Microsoft.Extensions.Time.Testing;

namespace Choir.Tests.Unit.Observatory.Why;

public sealed class FailingActivationTests
{
    private static readonly HostAnswers Hosts = new(["host-1"], []);
    private static readonly DateTimeOffset At = new(2026, 1, 1, 14, 0, 0, TimeSpan.Zero);

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
        var now = new ClusterSnapshot(
            At, new ActorTypesView([type], Hosts), new FlowView(60, [], [], Hosts),
            new HostsView([new HostView("host-1", 1_000, 0.1, 2, 1, 1, 0.1, 0, 10, 0, 5, 0, 0, [])], Hosts), null, null, []);
        var findings = WhyEngine.Explain(now, new HistoryStore(new FakeTimeProvider(At)), [], []).Findings;
        Assert.Equal(sentence, findings.SingleOrDefault()?.Sentence);
        Assert.True(findings.All(one => one is { Cause: FailingActivation.Cause, Subject: "account" }));
    }
}

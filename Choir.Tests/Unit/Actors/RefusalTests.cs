using Choir.Actors;
using Choir.Actors.Inspection;
using Choir.Actors.Messaging;
using Choir.Observability;
using Choir.Tests.Unit.Actors.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Choir.Tests.Unit.Actors;

/// <summary>A message that a handler refuses is no failure of the actor.</summary>
public sealed class RefusalTests
{
    [Theory]
    [InlineData("invalid_data", "rejected")]
    [InlineData("mailbox_full", "rejected")]
    [InlineData("deadlock", "rejected")]
    [InlineData("quarantined", "rejected")]
    [InlineData("out_of_stock", "rejected")]
    [InlineData("timeout", "timeout")]
    [InlineData("actor_unavailable", "error")]
    [InlineData("handler_failed", "error")]
    [InlineData(null, "error")]
    public void The_code_of_an_error_decides_on_the_outcome(string? code, string outcome) =>
        Assert.Equal(outcome, ReplyOutcomes.OfError(code is null ? null : new ActorError(code, "as told")).Name());

    [Theory]
    [InlineData("out_of_stock", "error")]
    [InlineData("timeout", "timeout")]
    public void The_failure_of_a_handler_is_one_for_each_that_the_reply_passes(string code, string outcome)
    {
        var reply = ActorReply.Failure(new ActorError(code, "as told") { IsFailure = true });
        Assert.Equal(outcome, ReplyOutcomes.Of(reply).Name());

        // A sender that throws it on passes it on.
        var thrown = Assert.Throws<ActorErrorException>(() => reply.Read<string>());
        Assert.Equal(outcome, ReplyOutcomes.Of(ActorReply.Failure(thrown.Error)).Name());
        Assert.Equal("rejected", ReplyOutcomes.Of(ActorReply.Failure("out_of_stock", "as told")).Name());
    }

    [Fact]
    public async Task Refusals_of_a_handler_are_counted_as_rejected_in_figures_flow_asks_and_hot_actors()
    {
        await using var cluster = await ActorCluster.StartAsync(configure: options => options.FailuresBeforeRestart = 3);
        string[] refusals = ["invalid_data", "mailbox_full", "out_of_stock"];
        foreach (var code in refusals)
        {
            foreach (var byReply in new[] { false, true })
            {
                Assert.Equal(code, (await cluster.AskAsync(nameof(RefusingActor), "a", "REFUSE", new Refuse(code, byReply))).Error().Code);
            }
        }

        await cluster.AskAsync(nameof(RefusingActor), "a", "REFUSE", new Refuse(ErrorCodes.HandlerFailed));
        var inspection = cluster.Cluster.Client.ServiceProvider.GetRequiredService<IActorInspection>();
        var view = await inspection.TypeAsync(nameof(RefusingActor), TestContext.Current.CancellationToken);
        Assert.Equal((7, 1, 6), (view.Figures.Messages, view.Figures.Errors, view.Figures.Rejected));
        var hot = Assert.Single(view.Hottest.ByErrors);
        Assert.True(hot.Errors > 0 && hot.Errors < hot.Messages, $"{hot}");

        var edge = Assert.Single((await inspection.FlowAsync(TestContext.Current.CancellationToken)).Edges);
        Assert.Equal((6, 1, 1), (edge.Outcomes["rejected"], edge.Outcomes["error"], edge.Errors));
        Assert.Equal(6 * edge.ErrorsPerSecond, edge.RejectedPerSecond, 1e-9);
        Assert.Equal(0, cluster.TypeOf(nameof(RefusingActor)).Restarts);

        // The handler ran, so its time counts.
        Assert.NotNull(edge.MeanMs);
    }
}

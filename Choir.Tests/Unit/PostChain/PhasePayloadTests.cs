using System.Text.Json;
using Choir.ActorHost.PostChain;
using Choir.ActorHost.PostChain.Context;
using Choir.Actors;
using Choir.Contracts.Threads;
using Choir.Storage;

namespace Choir.Tests.Unit.PostChain;

public sealed class PhasePayloadTests
{
    private static readonly Guid Cycle = Guid.Parse("01890000-0000-7000-8000-000000000002");

    [Fact]
    public void The_payload_has_the_documented_names()
    {
        var json = JsonSerializer.SerializeToElement(PhasePayloads.Begin("c", "text", 3), ActorJson.Options);
        Assert.Equal("text", json.GetProperty("content").GetString());
        Assert.Equal(0, json.GetProperty("context_operations").GetArrayLength());
        var recursion = json.GetProperty("recursion_state");
        Assert.Equal(0, recursion.GetProperty("cycle_count").GetInt32());
        Assert.Equal("max_cycles:3", recursion.GetProperty("termination_conditions")[0].GetString());
    }

    [Fact]
    public void The_payload_has_the_beginning_of_a_long_input_without_a_split_character()
    {
        var content = new string('a', ContentHead.MaxLength - 1) + "🙂" + new string('b', 1_000_000);
        var payload = PhasePayloads.Begin("c", content, 3);
        Assert.Equal(ContentHead.MaxLength - 1, payload.Content.Length);
        Assert.Equal(content.Length, payload.ContentLength);
    }

    [Fact]
    public void Saved_phases_give_the_payload_that_was_sent()
    {
        var begin = PhasePayloads.Begin("c", "text", 3);
        ContextOperation[] framed = [ContextOperations.Add("input/1", "One.", ("kind", "statement")), ContextOperations.Add("input/2", "Two.")];
        ContextOperation[] pruned = [new(ContextOperationKind.Prune, "input/2", null, null)];
        ContextOperation[] again = [ContextOperations.Add("query/2", "more", ("kind", "query"))];
        var live = begin.With(framed).With(pruned).NextRound().With(again);

        var resumed = begin.After([Saved(0, Phase.Action, framed), Saved(0, Phase.Yield, pruned), Saved(1, Phase.Action, again)]);

        Assert.Equal(1, resumed.RecursionState.CycleCount);
        Assert.Equal(
            JsonSerializer.Serialize(live, ActorJson.Options), JsonSerializer.Serialize(resumed, ActorJson.Options));
        Assert.Equal(["input/1", "query/2"], WorkingContext.Of(resumed.ContextOperations).Pieces.Select(piece => piece.Id));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("[1]")]
    [InlineData("{\"result\": {\"content\": \"the answer\"}}")]
    public void A_saved_outcome_that_cannot_be_read_ends_the_cycle_with_the_output_of_the_phase(string? stored)
    {
        var saved = Saved(0, Phase.Yield, []) with { Output = "the answer", Payload = stored is null ? null : JsonElement.Parse(stored) };

        var outcome = YieldOutcome.Of(saved);

        Assert.Equal(("the answer", null), (outcome.Result!.Content, outcome.Learned));
        Assert.Empty(outcome.Result.Sources);
    }

    private static SavedPhase Saved(int round, Phase phase, ContextOperation[] operations) =>
        new(Cycle, round, phase, PhaseStatus.Completed, "", operations, null, DateTimeOffset.UnixEpoch, 1);
}

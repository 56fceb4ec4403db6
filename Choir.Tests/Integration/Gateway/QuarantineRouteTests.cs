using System.Text.Json;
using Choir.Actors;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Inspection;
using Choir.Tests.Unit.Actors.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Choir.Tests.Integration.Gateway;

/// <summary>The routes that take actors out of service or restart one, with a real cluster.</summary>
public sealed class QuarantineRouteTests : InspectedGatewayTestBase
{
    [Fact]
    public async Task A_quarantine_is_set_listed_and_ended_and_an_actor_restarted_and_each_is_logged_with_who_and_why()
    {
        var type = $"/actors/{nameof(CounterActor)}";
        var set = await Gateway.PutAsync($"{type}/c/quarantine", """{"mode":"skip","reason":"It fails.","messageType":"READ","minutes":15}""");
        Assert.Equal(200, set.Status);
        var one = Assert.Single(set.Json.GetProperty("quarantines").EnumerateArray());
        Assert.Equal(
            ("c", "READ", "skip", "It fails."),
            (one.GetProperty("id").GetString(), one.GetProperty("messageType").GetString(), one.GetProperty("mode").GetString(), one.GetProperty("reason").GetString()));
        Assert.Equal(ErrorCodes.Quarantined, (await Cluster.Actors.AskAsync(nameof(CounterActor), "c", "READ")).Error().Code);
        Assert.Equal(200, (await Gateway.PutAsync($"{type}/quarantine", """{"mode":"pause","reason":"All of them."}""")).Status);
        Assert.Equal(2, await CountAsync($"{type}/c/quarantine"));
        Assert.Equal(1, await CountAsync($"{type}/d/quarantine"));

        Assert.Equal(200, (await Gateway.DeleteAsync($"{type}/quarantine")).Status);
        Assert.Equal(1, (await Gateway.DeleteAsync($"{type}/c/quarantine")).Json.GetProperty("quarantines").GetArrayLength());
        Assert.Equal(0, (await Gateway.DeleteAsync($"{type}/c/quarantine?messageType=READ")).Json.GetProperty("quarantines").GetArrayLength());
        Assert.False((await Cluster.Actors.AskAsync(nameof(CounterActor), "c", "READ")).IsError);

        Assert.Equal(200, (await Gateway.DeleteAsync($"{type}/c/quarantine?messageType=READ")).Status);
        (await Gateway.PutAsync("/actors/test_actor/quarantine", """{"mode":"skip","reason":"x"}""")).AssertProblem(400, "invalid_data", "readiness probes");

        Cluster.Actors.Storage.Overwrite(nameof(CounterActor), "c", new CounterState(7));
        Assert.Equal(204, (await Gateway.PostAsync($"{type}/c/restart", "")).Status);
        Assert.Equal(7, (await Cluster.Actors.AskAsync(nameof(CounterActor), "c", "READ")).Read<CounterState>().Value);

        Cluster.Actors.Storage.Break("c", reads: true);
        (await Gateway.PostAsync($"{type}/c/restart", "")).AssertProblem(422, "handler_failed", "could not be restarted");
        Cluster.Actors.Storage.Mend("c");
        (await Gateway.PostAsync("/actors/NoSuch/c/restart", "")).AssertProblem(404, "unknown_actor_type", "NoSuch");
        foreach (var (body, detail) in new[]
        {
            ("""{"mode":"stop","reason":"x"}""", "\"mode\" must be pause or skip"), ("""{"mode":"skip"}""", "reason"),
            ("""{"mode":"skip","reason":" "}""", "\"reason\" must be"), ("""{"mode":"skip","reason":"x","minutes":1441}""", "\"minutes\" must be"),
            ("""{"mode":"skip","reason":"x","messageType":"read"}""", "\"messageType\" must be in upper snake case"),
            ("""{"mode":"skip","reason":"x","minutes":1.5}""", "\"minutes\" must be a whole number"),
            ("""{"mode":"skip","reason":"x","messagType":"READ"}""", "the unknown property \"messagType\""),
        })
        {
            (await Gateway.PutAsync($"{type}/quarantine", body)).AssertProblem(400, "invalid_request", detail);
        }

        var log = Gateway.Logs.Records.Where(record => record.Event is "quarantine_set" or "quarantine_ended" or "actor_restarted_by_operator").ToList();
        Assert.Equal(5, log.Count);
        Assert.All(log, record => Assert.NotEqual("unknown", record.Fields["by"]));
        Assert.Equal("It fails.", log[0].Fields["reason"]);
        Assert.StartsWith("Quarantine (Skip) of READ messages of CounterActor/c was set for 15 min", log[0].Message, StringComparison.Ordinal);
        Assert.StartsWith("Quarantine (Pause) of all actors of type CounterActor was set", log[1].Message, StringComparison.Ordinal);
        Assert.All(log, record => Assert.DoesNotContain("(null)", record.Message, StringComparison.Ordinal));

        async Task<int> CountAsync(string path) => (await Gateway.GetAsync(path)).Json.GetProperty("quarantines").GetArrayLength();
    }

    [Theory]
    [InlineData("pause", null, " It is paused until ")]
    [InlineData("pause", "INCREMENT", " It is paused until ")]
    [InlineData("pause", "READ", null)]
    [InlineData("skip", null, null)]
    public async Task A_reply_that_is_late_because_of_a_pause_says_so(string mode, string? messageType, string? said)
    {
        var body = JsonSerializer.Serialize(new { mode, messageType, reason = "The disk is replaced." });
        Assert.Equal(200, (await Gateway.PutAsync($"/actors/{nameof(CounterActor)}/c/quarantine", body)).Status);
        Gateway.Actors.Replies(ActorReply.Failure(ErrorCodes.Timeout, "No reply in 30 s."));

        var answer = await Gateway.PostAsync($"/actors/{nameof(CounterActor)}/c/messages", """{"type":"INCREMENT"}""");

        answer.AssertProblem(504, ErrorCodes.Timeout, "No reply in 30 s." + said);
        Assert.Equal(said is not null, answer.Text("detail").Contains(": The disk is replaced.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_quarantine_of_a_message_type_that_no_host_handles_is_refused_with_the_known_ones()
    {
        var path = $"/actors/{nameof(CounterActor)}/c/quarantine";
        (await Gateway.PutAsync(path, """{"mode":"skip","reason":"x","messageType":"RAED"}"""))
            .AssertProblem(400, "unknown_message_type", "CounterActor has no handler for RAED. It handles: ");
        (await Gateway.DeleteAsync($"{path}?messageType=RAED")).AssertProblem(400, "unknown_message_type", "READ");
        Assert.Empty((await Gateway.GetAsync("/quarantines")).Json.GetProperty("quarantines").EnumerateArray());
    }

    [Fact]
    public async Task A_quarantine_is_found_by_who_does_not_know_of_it_and_ends_at_one_time()
    {
        var actor = $"/actors/{nameof(CounterActor)}/paused";
        Assert.Equal(200, (await Gateway.PutAsync($"{actor}/quarantine", """{"mode":"pause","reason":"It fails."}""")).Status);
        Assert.Equal(200, (await Gateway.PutAsync($"/actors/{nameof(WorkerActor)}/quarantine", """{"mode":"skip","reason":"All.","minutes":5}""")).Status);
        var waiting = Cluster.Actors.AskAsync(nameof(CounterActor), "paused", "READ");
        await Eventually.HoldsAsync("the message to wait", async () =>
            (await Gateway.GetAsync(actor)).Json.GetProperty("queueLength").GetInt32() == 1);

        var details = (await Gateway.GetAsync(actor)).Json;
        Assert.Equal(JsonValueKind.Null, details.GetProperty("running").ValueKind);
        Assert.Equal(["paused"], IdsIn(details));
        Assert.Equal([null, "paused"], IdsIn((await Gateway.GetAsync("/actors/stuck")).Json));
        Assert.Equal([null, "paused"], IdsIn((await Gateway.GetAsync("/quarantines")).Json));

        // Also one that is not in memory. Another one is still not found.
        Assert.Equal(200, (await Gateway.PutAsync($"/actors/{nameof(CounterActor)}/never/quarantine", """{"mode":"skip","reason":"x"}""")).Status);
        Assert.Equal(["never"], IdsIn((await Gateway.GetAsync($"/actors/{nameof(CounterActor)}/never")).Json));
        Assert.Equal(404, (await Gateway.GetAsync($"/actors/{nameof(WorkerActor)}/never")).Status);

        // The answers come from several hosts in turn.
        var ends = new HashSet<string>();
        for (var i = 0; i < 20; i++)
        {
            var one = (await Gateway.GetAsync($"{actor}/quarantine")).Json.GetProperty("quarantines").EnumerateArray().Single();
            ends.Add(one.GetProperty("until").GetString()!);
        }

        Assert.Single(ends);
        Assert.Equal(200, (await Gateway.DeleteAsync($"{actor}/quarantine")).Status);
        Assert.False((await waiting).IsError);

        static IEnumerable<string?> IdsIn(JsonElement view) =>
            view.GetProperty("quarantines").EnumerateArray().Select(one => one.GetProperty("id").GetString());
    }
}

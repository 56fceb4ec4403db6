using System.Text.Json;
using Choir.Actors;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Inspection;
using Choir.Tests.Unit.Actors.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Choir.Tests.Integration.Gateway;

/// <summary>The inspection routes with a real cluster.</summary>
public sealed class InspectionTests : InspectedGatewayTestBase
{
    [Fact]
    public async Task Types_flow_and_correlation_show_the_messages()
    {
        var correlation = Guid.CreateVersion7();
        await Cluster.Actors.AskAsync(
            nameof(CounterActor), "c", "INCREMENT", new Increment(2), new SendOptions { CorrelationId = correlation });

        var types = (await Gateway.GetAsync("/actors")).Json;
        var counter = types.GetProperty("types").EnumerateArray().Single(type => type.GetProperty("type").GetString() == nameof(CounterActor));
        Assert.Equal((1, 1), (counter.GetProperty("count").GetInt32(), counter.GetProperty("messages").GetInt32()));
        Assert.True(counter.GetProperty("p95Ms").GetDouble() > 0);
        Assert.Equal(2, types.GetProperty("hosts").GetProperty("answered").GetArrayLength());
        var edge = Assert.Single((await Gateway.GetAsync("/flow")).Json.GetProperty("edges").EnumerateArray());
        Assert.Equal(
            ("gateway", nameof(CounterActor), "INCREMENT"),
            (edge.GetProperty("sourceType").GetString(), edge.GetProperty("actorType").GetString(), edge.GetProperty("messageType").GetString()));
        Assert.Equal(1, edge.GetProperty("outcomes").GetProperty("ok").GetInt32());
        var hop = Assert.Single((await Gateway.GetAsync($"/traces/{correlation}")).Json.GetProperty("hops").EnumerateArray());
        Assert.Equal("ok", hop.GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task The_log_records_of_a_correlation_come_in_order_and_those_of_an_actor_the_newest_first()
    {
        var correlation = Guid.CreateVersion7();
        await Cluster.Actors.AskAsync(
            nameof(TalkativeActor), "a b", "FAIL", new Work("", "token=0123456789abcdef0123"), new SendOptions { CorrelationId = correlation });

        var ofTrace = await Gateway.GetAsync($"/traces/{correlation}/logs");
        var records = ofTrace.Json.GetProperty("records").EnumerateArray().Select(record => record.GetProperty("event").GetString()).ToArray();
        Assert.True(Array.IndexOf(records, "actor_message_received") < Array.IndexOf(records, "message_processing_failed"), ofTrace.Body);
        Assert.Contains("actor_message_received", records);
        Assert.DoesNotContain("0123456789abcdef", ofTrace.Body, StringComparison.Ordinal);
        var ofActor = (await Gateway.GetAsync($"/actors/{nameof(TalkativeActor)}/a%20b/logs")).Json.GetProperty("records");
        Assert.Equal(records.Reverse(), ofActor.EnumerateArray().Select(record => record.GetProperty("event").GetString()));
        Assert.Equal("error", ofActor.EnumerateArray().Single(record => record.GetProperty("event").GetString() == "message_processing_failed").GetProperty("level").GetString());

        Assert.Equal(0, (await Gateway.GetAsync($"/traces/{Guid.NewGuid()}/logs")).Json.GetProperty("records").GetArrayLength());
        (await Gateway.GetAsync("/traces/42/logs")).AssertProblem(400, "invalid_request", "32 hexadecimal digits");
        (await Gateway.GetAsync("/actors/NoSuch/a/logs")).AssertProblem(404, "unknown_actor_type", "NoSuch");
    }

    [Fact]
    public async Task A_type_has_its_hottest_actors_and_an_actor_its_state()
    {
        await Cluster.Actors.AskAsync(nameof(SecretiveActor), "a b", "KEEP", new Secretive("name", "hush"));

        var type = (await Gateway.GetAsync($"/actors/{nameof(SecretiveActor)}")).Json;
        Assert.Equal(1, type.GetProperty("figures").GetProperty("messages").GetInt32());
        Assert.Equal("a b", type.GetProperty("hottest").GetProperty("byMessages")[0].GetProperty("id").GetString());
        var actor = await Gateway.GetAsync($"/actors/{nameof(SecretiveActor)}/a%20b");
        Assert.True(actor.Json.GetProperty("isLive").GetBoolean(), actor.Body);
        Assert.Equal("name", actor.Json.GetProperty("state").GetProperty("name").GetString());
        Assert.Equal((1, false), (actor.Json.GetProperty("version").GetInt32(), actor.Json.GetProperty("isStateCut").GetBoolean()));
        Assert.Equal("KEEP", actor.Json.GetProperty("messages")[0].GetProperty("messageType").GetString());
        Assert.Equal(
            ["apiToken", "name"],
            actor.Json.GetProperty("stateChanges")[0].GetProperty("keys").EnumerateArray().Select(key => key.GetString()).Order());
        Assert.DoesNotContain("hush", actor.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_actor_is_found_by_the_id_that_a_program_gave_it()
    {
        foreach (var (id, written) in new[] { ("a/b", "a%2Fb"), ("a%2Fb", "a%252Fb"), ("..", "%2E%2E") })
        {
            await Cluster.Actors.AskAsync(nameof(CounterActor), id, "INCREMENT", new Increment(1));
            var path = $"/actors/{nameof(CounterActor)}/{written}";
            var actor = await Gateway.RawAsync("GET", path);
            Assert.True(actor.Status == 200, actor.Body);
            Assert.Equal((id, 1), (actor.Text("id"), actor.Json.GetProperty("state").GetProperty("value").GetInt32()));
            await Gateway.RawAsync("PUT", $"{path}/diagnostics", """{"sampling":1}""");
            var set = await Gateway.RawAsync("GET", $"{path}/diagnostics");
            Assert.Equal(id, Assert.Single(set.Json.GetProperty("overrides").EnumerateArray()).GetProperty("id").GetString());
        }
    }

    [Fact]
    public async Task The_stuck_route_takes_precedence_over_a_type_of_that_name()
    {
        var gate = Cluster.Gate();
        var (first, last) = (await Cluster.NewActorAsync(), await Cluster.NewActorAsync());
        var asked = Cluster.Actors.AskAsync(nameof(ErrandActor), first, "GO", new Errand([last], gate));
        await Eventually.HoldsAsync("the chain", async () =>
        {
            var chains = (await Gateway.GetAsync("/actors/stuck")).Json.GetProperty("chains");
            return chains.GetArrayLength() == 1 && chains[0].GetProperty("path").EnumerateArray().Select(actor => actor.GetString())
                .SequenceEqual([$"{nameof(ErrandActor)}/{first}", $"{nameof(ErrandActor)}/{last}"]);
        });

        var stack = await StackOfAsync();
        await Eventually.HoldsAsync("the handler to stand", async () => (stack = await StackOfAsync()).GetProperty("frames").GetArrayLength() > 0);
        var frames = stack.GetProperty("frames").EnumerateArray().ToArray();
        Assert.Equal(["method", "ask"], frames.Select(frame => frame.GetProperty("kind").GetString()));
        Assert.EndsWith("InspectedActors.cs", frames[0].GetProperty("file").GetString(), StringComparison.Ordinal);
        Assert.True(frames[0].GetProperty("line").GetInt32() > 0);
        Assert.Equal(
            ($"{nameof(ErrandActor)}/{last}", "GO"),
            (frames[1].GetProperty("name").GetString(), frames[1].GetProperty("messageType").GetString()));
        Assert.Equal(JsonValueKind.Null, stack.GetProperty("problem").ValueKind);
        Gates.Of(gate).Open();
        await asked;

        async Task<JsonElement> StackOfAsync() => (await Gateway.GetAsync("/actors/stuck")).Json.GetProperty("handlers").EnumerateArray()
            .Single(handler => handler.GetProperty("actorId").GetString() == first).GetProperty("stack");
    }

    [Fact]
    public async Task Types_that_ask_each_other_are_listed_as_a_possible_deadlock()
    {
        await Cluster.Actors.AskAsync(nameof(LeftActor), "1", "CALL", new Call(nameof(RightActor), "1"));
        Assert.Empty((await Gateway.GetAsync("/actors/stuck")).Json.GetProperty("possibleDeadlocks").EnumerateArray());
        await Cluster.Actors.AskAsync(nameof(RightActor), "1", "CALL", new Call(nameof(LeftActor), "1"));

        var steps = Assert.Single((await Gateway.GetAsync("/actors/stuck")).Json.GetProperty("possibleDeadlocks").EnumerateArray()).GetProperty("steps");
        Assert.Equal(
            [("LeftActor", "RightActor", "ANSWER"), ("RightActor", "LeftActor", "ANSWER")],
            steps.EnumerateArray().Select(step => (
                step.GetProperty("actorType").GetString(), step.GetProperty("askedType").GetString(), step.GetProperty("messageTypes")[0].GetString())));
    }

    [Fact]
    public async Task Missing_resources_are_answered_with_404_and_a_reason()
    {
        (await Gateway.GetAsync("/actors/NoSuch")).AssertProblem(404, "unknown_actor_type", "There is no actor type \"NoSuch\"");
        (await Gateway.GetAsync("/actors/NoSuch/a")).AssertProblem(404, "unknown_actor_type", nameof(CounterActor));
        (await Gateway.GetAsync($"/actors/{nameof(CounterActor)}/never")).AssertProblem(404, "not_found", "CounterActor/never is not in memory");
        (await Gateway.GetAsync($"/traces/{Guid.NewGuid()}")).AssertProblem(404, "not_found", "No host holds records");
        (await Gateway.GetAsync("/traces/42")).AssertProblem(400, "invalid_request", "a UUID such as 0192f7a0-1b2c-7d3e-8f40-5a6b7c8d9e0f, or a trace id, which has 32 hexadecimal digits");
        Assert.Equal(400, (await Gateway.GetAsync("/actors/CounterActor/a%01b")).Status);
        (await Gateway.PutAsync("/actors/NoSuch/diagnostics", """{"sampling":1}""")).AssertProblem(404, "unknown_actor_type", "NoSuch");
    }

    [Fact]
    public async Task Without_an_answering_host_the_answer_is_503()
    {
        (Gateway.Inspection.Cluster, Gateway.Inspection.Operations) = (null, null);
        foreach (var path in (string[])["/actors", "/actors/a", "/actors/a/b", "/actors/stuck", "/quarantines", "/flow", "/why", "/actors/a/b/logs", $"/traces/{Guid.NewGuid()}", $"/traces/{Guid.NewGuid()}/logs"])
        {
            var answer = await Gateway.GetAsync(path);
            answer.AssertProblem(503, "actor_unavailable", "No actor host answered");
            Assert.DoesNotContain("secret", answer.Body, StringComparison.Ordinal);
        }
    }
}

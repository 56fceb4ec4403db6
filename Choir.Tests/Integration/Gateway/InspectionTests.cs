using System.Text.Json;
using Choir.Actors;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Inspection;
using Choir.Tests.Unit.Actors.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Choir.Tests.Integration.Gateway;

/// <summary>The inspection routes with a real cluster.</summary>
public sealed class InspectionTests : IAsyncLifetime
{
    private InspectedCluster _cluster = null!;
    private GatewayUnderTest _gateway = null!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await InspectedCluster.StartAsync(silos: 2, options => options.SlowAfter = TimeSpan.FromMilliseconds(100));
        _gateway = await GatewayUnderTest.StartAsync();
        _gateway.Inspection.Cluster = _cluster.Inspection;
        _gateway.Inspection.Operations = _cluster.Operations;
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task Types_flow_and_correlation_show_the_messages()
    {
        var correlation = Guid.CreateVersion7();
        await _cluster.Actors.AskAsync(
            nameof(CounterActor), "c", "INCREMENT", new Increment(2), new SendOptions { CorrelationId = correlation });

        var types = (await _gateway.GetAsync("/actors")).Json;
        var counter = types.GetProperty("types").EnumerateArray().Single(type => type.GetProperty("type").GetString() == nameof(CounterActor));
        Assert.Equal((1, 1), (counter.GetProperty("count").GetInt32(), counter.GetProperty("messages").GetInt32()));
        Assert.True(counter.GetProperty("p95Ms").GetDouble() > 0);
        Assert.Equal(2, types.GetProperty("hosts").GetProperty("answered").GetArrayLength());
        var edge = Assert.Single((await _gateway.GetAsync("/flow")).Json.GetProperty("edges").EnumerateArray());
        Assert.Equal(
            ("gateway", nameof(CounterActor), "INCREMENT"),
            (edge.GetProperty("sourceType").GetString(), edge.GetProperty("actorType").GetString(), edge.GetProperty("messageType").GetString()));
        Assert.Equal(1, edge.GetProperty("outcomes").GetProperty("ok").GetInt32());
        var hop = Assert.Single((await _gateway.GetAsync($"/traces/{correlation}")).Json.GetProperty("hops").EnumerateArray());
        Assert.Equal("ok", hop.GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task The_log_records_of_a_correlation_come_in_order_and_those_of_an_actor_the_newest_first()
    {
        var correlation = Guid.CreateVersion7();
        await _cluster.Actors.AskAsync(
            nameof(TalkativeActor), "a b", "FAIL", new Work("", "token=0123456789abcdef0123"), new SendOptions { CorrelationId = correlation });

        var ofTrace = await _gateway.GetAsync($"/traces/{correlation}/logs");
        var records = ofTrace.Json.GetProperty("records").EnumerateArray().Select(record => record.GetProperty("event").GetString()).ToArray();
        Assert.True(Array.IndexOf(records, "actor_message_received") < Array.IndexOf(records, "message_processing_failed"), ofTrace.Body);
        Assert.Contains("actor_message_received", records);
        Assert.DoesNotContain("0123456789abcdef", ofTrace.Body, StringComparison.Ordinal);
        var ofActor = (await _gateway.GetAsync($"/actors/{nameof(TalkativeActor)}/a%20b/logs")).Json.GetProperty("records");
        Assert.Equal(records.Reverse(), ofActor.EnumerateArray().Select(record => record.GetProperty("event").GetString()));
        Assert.Equal("error", ofActor.EnumerateArray().Single(record => record.GetProperty("event").GetString() == "message_processing_failed").GetProperty("level").GetString());

        Assert.Equal(0, (await _gateway.GetAsync($"/traces/{Guid.NewGuid()}/logs")).Json.GetProperty("records").GetArrayLength());
        (await _gateway.GetAsync("/traces/42/logs")).AssertProblem(400, "invalid_request", "32 hexadecimal digits");
        (await _gateway.GetAsync("/actors/NoSuch/a/logs")).AssertProblem(404, "unknown_actor_type", "NoSuch");
    }

    [Fact]
    public async Task A_type_has_its_hottest_actors_and_an_actor_its_state()
    {
        await _cluster.Actors.AskAsync(nameof(SecretiveActor), "a b", "KEEP", new Secretive("name", "hush"));

        var type = (await _gateway.GetAsync($"/actors/{nameof(SecretiveActor)}")).Json;
        Assert.Equal(1, type.GetProperty("figures").GetProperty("messages").GetInt32());
        Assert.Equal("a b", type.GetProperty("hottest").GetProperty("byMessages")[0].GetProperty("id").GetString());
        var actor = await _gateway.GetAsync($"/actors/{nameof(SecretiveActor)}/a%20b");
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
            await _cluster.Actors.AskAsync(nameof(CounterActor), id, "INCREMENT", new Increment(1));
            var path = $"/actors/{nameof(CounterActor)}/{written}";
            var actor = await _gateway.RawAsync("GET", path);
            Assert.True(actor.Status == 200, actor.Body);
            Assert.Equal((id, 1), (actor.Text("id"), actor.Json.GetProperty("state").GetProperty("value").GetInt32()));
            await _gateway.RawAsync("PUT", $"{path}/diagnostics", """{"sampling":1}""");
            var set = await _gateway.RawAsync("GET", $"{path}/diagnostics");
            Assert.Equal(id, Assert.Single(set.Json.GetProperty("overrides").EnumerateArray()).GetProperty("id").GetString());
        }
    }

    [Fact]
    public async Task The_stuck_route_takes_precedence_over_a_type_of_that_name()
    {
        var gate = _cluster.Gate();
        var (first, last) = (await _cluster.NewActorAsync(), await _cluster.NewActorAsync());
        var asked = _cluster.Actors.AskAsync(nameof(ErrandActor), first, "GO", new Errand([last], gate));
        await Eventually.HoldsAsync("the chain", async () =>
        {
            var chains = (await _gateway.GetAsync("/actors/stuck")).Json.GetProperty("chains");
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

        async Task<JsonElement> StackOfAsync() => (await _gateway.GetAsync("/actors/stuck")).Json.GetProperty("handlers").EnumerateArray()
            .Single(handler => handler.GetProperty("actorId").GetString() == first).GetProperty("stack");
    }

    [Fact]
    public async Task Types_that_ask_each_other_are_listed_as_a_possible_deadlock()
    {
        await _cluster.Actors.AskAsync(nameof(LeftActor), "1", "CALL", new Call(nameof(RightActor), "1"));
        Assert.Empty((await _gateway.GetAsync("/actors/stuck")).Json.GetProperty("possibleDeadlocks").EnumerateArray());
        await _cluster.Actors.AskAsync(nameof(RightActor), "1", "CALL", new Call(nameof(LeftActor), "1"));

        var steps = Assert.Single((await _gateway.GetAsync("/actors/stuck")).Json.GetProperty("possibleDeadlocks").EnumerateArray()).GetProperty("steps");
        Assert.Equal(
            [("LeftActor", "RightActor", "ANSWER"), ("RightActor", "LeftActor", "ANSWER")],
            steps.EnumerateArray().Select(step => (
                step.GetProperty("actorType").GetString(), step.GetProperty("askedType").GetString(), step.GetProperty("messageTypes")[0].GetString())));
    }

    [Fact]
    public async Task Missing_resources_are_answered_with_404_and_a_reason()
    {
        (await _gateway.GetAsync("/actors/NoSuch")).AssertProblem(404, "unknown_actor_type", "There is no actor type \"NoSuch\"");
        (await _gateway.GetAsync("/actors/NoSuch/a")).AssertProblem(404, "unknown_actor_type", nameof(CounterActor));
        (await _gateway.GetAsync($"/actors/{nameof(CounterActor)}/never")).AssertProblem(404, "not_found", "CounterActor/never is not in memory");
        (await _gateway.GetAsync($"/traces/{Guid.NewGuid()}")).AssertProblem(404, "not_found", "No host holds records");
        (await _gateway.GetAsync("/traces/42")).AssertProblem(400, "invalid_request", "a UUID such as 0192f7a0-1b2c-7d3e-8f40-5a6b7c8d9e0f, or a trace id, which has 32 hexadecimal digits");
        Assert.Equal(400, (await _gateway.GetAsync("/actors/CounterActor/a%01b")).Status);
        (await _gateway.PutAsync("/actors/NoSuch/diagnostics", """{"sampling":1}""")).AssertProblem(404, "unknown_actor_type", "NoSuch");
    }

    [Fact]
    public async Task Diagnostics_are_set_for_a_type_or_an_actor_and_returned()
    {
        var before = TimeProvider.System.GetUtcNow();
        var set = await _gateway.PutAsync($"/actors/{nameof(CounterActor)}/c/diagnostics", """{"logLevel":"debug","sampling":0.25,"minutes":15}""");
        Assert.Equal(200, set.Status);
        var one = Assert.Single(set.Json.GetProperty("overrides").EnumerateArray());
        Assert.Equal(("c", "debug", 0.25), (one.GetProperty("id").GetString(), one.GetProperty("logLevel").GetString(), one.GetProperty("sampling").GetDouble()));
        Assert.InRange(one.GetProperty("until").GetDateTimeOffset() - before, TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(20));
        Assert.Equal(2, set.Json.GetProperty("hosts").GetProperty("answered").GetArrayLength());

        Assert.Equal(200, (await _gateway.PutAsync($"/actors/{nameof(CounterActor)}/diagnostics", """{"logLevel":"Information"}""")).Status);
        Assert.Equal(2, await OverridesAsync($"/actors/{nameof(CounterActor)}/diagnostics"));
        Assert.Equal(2, await OverridesAsync($"/actors/{nameof(CounterActor)}/c/diagnostics"));
        Assert.Equal(1, await OverridesAsync($"/actors/{nameof(CounterActor)}/d/diagnostics"));
        Assert.Equal(0, await OverridesAsync($"/actors/{nameof(WorkerActor)}/diagnostics"));
        Assert.Equal(
            [
                "Diagnostics of CounterActor/c were changed for 15 min: level Debug, sampling 0.25",
                "Diagnostics of all actors of type CounterActor were changed for 10 min: level Information, sampling as configured",
            ],
            _gateway.Logs.Records.Where(record => record.Event == "diagnostics_changed").Select(record => record.Message));
    }

    [Fact]
    public async Task A_quarantine_is_set_listed_and_ended_and_an_actor_restarted_and_each_is_logged_with_who_and_why()
    {
        var type = $"/actors/{nameof(CounterActor)}";
        var set = await _gateway.PutAsync($"{type}/c/quarantine", """{"mode":"skip","reason":"It fails.","messageType":"READ","minutes":15}""");
        Assert.Equal(200, set.Status);
        var one = Assert.Single(set.Json.GetProperty("quarantines").EnumerateArray());
        Assert.Equal(
            ("c", "READ", "skip", "It fails."),
            (one.GetProperty("id").GetString(), one.GetProperty("messageType").GetString(), one.GetProperty("mode").GetString(), one.GetProperty("reason").GetString()));
        Assert.Equal(ErrorCodes.Quarantined, (await _cluster.Actors.AskAsync(nameof(CounterActor), "c", "READ")).Error().Code);
        Assert.Equal(200, (await _gateway.PutAsync($"{type}/quarantine", """{"mode":"pause","reason":"All of them."}""")).Status);
        Assert.Equal(2, await CountAsync($"{type}/c/quarantine"));
        Assert.Equal(1, await CountAsync($"{type}/d/quarantine"));

        Assert.Equal(200, (await _gateway.DeleteAsync($"{type}/quarantine")).Status);
        Assert.Equal(1, (await _gateway.DeleteAsync($"{type}/c/quarantine")).Json.GetProperty("quarantines").GetArrayLength());
        Assert.Equal(0, (await _gateway.DeleteAsync($"{type}/c/quarantine?messageType=READ")).Json.GetProperty("quarantines").GetArrayLength());
        Assert.False((await _cluster.Actors.AskAsync(nameof(CounterActor), "c", "READ")).IsError);

        Assert.Equal(200, (await _gateway.DeleteAsync($"{type}/c/quarantine?messageType=READ")).Status);
        (await _gateway.PutAsync("/actors/test_actor/quarantine", """{"mode":"skip","reason":"x"}""")).AssertProblem(400, "invalid_data", "readiness probes");

        _cluster.Actors.Storage.Overwrite(nameof(CounterActor), "c", new CounterState(7));
        Assert.Equal(204, (await _gateway.PostAsync($"{type}/c/restart", "")).Status);
        Assert.Equal(7, (await _cluster.Actors.AskAsync(nameof(CounterActor), "c", "READ")).Read<CounterState>().Value);

        _cluster.Actors.Storage.Break("c", reads: true);
        (await _gateway.PostAsync($"{type}/c/restart", "")).AssertProblem(422, "handler_failed", "could not be restarted");
        _cluster.Actors.Storage.Mend("c");
        (await _gateway.PostAsync("/actors/NoSuch/c/restart", "")).AssertProblem(404, "unknown_actor_type", "NoSuch");
        foreach (var (body, detail) in new[]
        {
            ("""{"mode":"stop","reason":"x"}""", "\"mode\" must be pause or skip"), ("""{"mode":"skip"}""", "reason"),
            ("""{"mode":"skip","reason":" "}""", "\"reason\" must be"), ("""{"mode":"skip","reason":"x","minutes":1441}""", "\"minutes\" must be"),
            ("""{"mode":"skip","reason":"x","messageType":"read"}""", "\"messageType\" must be in upper snake case"),
            ("""{"mode":"skip","reason":"x","minutes":1.5}""", "\"minutes\" must be a whole number"),
            ("""{"mode":"skip","reason":"x","messagType":"READ"}""", "the unknown property \"messagType\""),
        })
        {
            (await _gateway.PutAsync($"{type}/quarantine", body)).AssertProblem(400, "invalid_request", detail);
        }

        var log = _gateway.Logs.Records.Where(record => record.Event is "quarantine_set" or "quarantine_ended" or "actor_restarted_by_operator").ToList();
        Assert.Equal(5, log.Count);
        Assert.All(log, record => Assert.NotEqual("unknown", record.Fields["by"]));
        Assert.Equal("It fails.", log[0].Fields["reason"]);
        Assert.StartsWith("Quarantine (Skip) of READ messages of CounterActor/c was set for 15 min", log[0].Message, StringComparison.Ordinal);
        Assert.StartsWith("Quarantine (Pause) of all actors of type CounterActor was set", log[1].Message, StringComparison.Ordinal);
        Assert.All(log, record => Assert.DoesNotContain("(null)", record.Message, StringComparison.Ordinal));

        async Task<int> CountAsync(string path) => (await _gateway.GetAsync(path)).Json.GetProperty("quarantines").GetArrayLength();
    }

    [Theory]
    [InlineData("pause", null, " It is paused until ")]
    [InlineData("pause", "INCREMENT", " It is paused until ")]
    [InlineData("pause", "READ", null)]
    [InlineData("skip", null, null)]
    public async Task A_reply_that_is_late_because_of_a_pause_says_so(string mode, string? messageType, string? said)
    {
        var body = JsonSerializer.Serialize(new { mode, messageType, reason = "The disk is replaced." });
        Assert.Equal(200, (await _gateway.PutAsync($"/actors/{nameof(CounterActor)}/c/quarantine", body)).Status);
        _gateway.Actors.Replies(ActorReply.Failure(ErrorCodes.Timeout, "No reply in 30 s."));

        var answer = await _gateway.PostAsync($"/actors/{nameof(CounterActor)}/c/messages", """{"type":"INCREMENT"}""");

        answer.AssertProblem(504, ErrorCodes.Timeout, "No reply in 30 s." + said);
        Assert.Equal(said is not null, answer.Text("detail").Contains(": The disk is replaced.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_quarantine_of_a_message_type_that_no_host_handles_is_refused_with_the_known_ones()
    {
        var path = $"/actors/{nameof(CounterActor)}/c/quarantine";
        (await _gateway.PutAsync(path, """{"mode":"skip","reason":"x","messageType":"RAED"}"""))
            .AssertProblem(400, "unknown_message_type", "CounterActor has no handler for RAED. It handles: ");
        (await _gateway.DeleteAsync($"{path}?messageType=RAED")).AssertProblem(400, "unknown_message_type", "READ");
        Assert.Empty((await _gateway.GetAsync("/quarantines")).Json.GetProperty("quarantines").EnumerateArray());
    }

    [Fact]
    public async Task A_quarantine_is_found_by_who_does_not_know_of_it_and_ends_at_one_time()
    {
        var actor = $"/actors/{nameof(CounterActor)}/paused";
        Assert.Equal(200, (await _gateway.PutAsync($"{actor}/quarantine", """{"mode":"pause","reason":"It fails."}""")).Status);
        Assert.Equal(200, (await _gateway.PutAsync($"/actors/{nameof(WorkerActor)}/quarantine", """{"mode":"skip","reason":"All.","minutes":5}""")).Status);
        var waiting = _cluster.Actors.AskAsync(nameof(CounterActor), "paused", "READ");
        await Eventually.HoldsAsync("the message to wait", async () =>
            (await _gateway.GetAsync(actor)).Json.GetProperty("queueLength").GetInt32() == 1);

        var details = (await _gateway.GetAsync(actor)).Json;
        Assert.Equal(JsonValueKind.Null, details.GetProperty("running").ValueKind);
        Assert.Equal(["paused"], IdsIn(details));
        Assert.Equal([null, "paused"], IdsIn((await _gateway.GetAsync("/actors/stuck")).Json));
        Assert.Equal([null, "paused"], IdsIn((await _gateway.GetAsync("/quarantines")).Json));

        // Also one that is not in memory. Another one is still not found.
        Assert.Equal(200, (await _gateway.PutAsync($"/actors/{nameof(CounterActor)}/never/quarantine", """{"mode":"skip","reason":"x"}""")).Status);
        Assert.Equal(["never"], IdsIn((await _gateway.GetAsync($"/actors/{nameof(CounterActor)}/never")).Json));
        Assert.Equal(404, (await _gateway.GetAsync($"/actors/{nameof(WorkerActor)}/never")).Status);

        // The answers come from several hosts in turn.
        var ends = new HashSet<string>();
        for (var i = 0; i < 20; i++)
        {
            var one = (await _gateway.GetAsync($"{actor}/quarantine")).Json.GetProperty("quarantines").EnumerateArray().Single();
            ends.Add(one.GetProperty("until").GetString()!);
        }

        Assert.Single(ends);
        Assert.Equal(200, (await _gateway.DeleteAsync($"{actor}/quarantine")).Status);
        Assert.False((await waiting).IsError);

        static IEnumerable<string?> IdsIn(JsonElement view) =>
            view.GetProperty("quarantines").EnumerateArray().Select(one => one.GetProperty("id").GetString());
    }

    [Fact]
    public async Task Deleting_diagnostics_ends_only_the_deleted_setting()
    {
        var type = $"/actors/{nameof(CounterActor)}/diagnostics";
        var (one, other) = ($"/actors/{nameof(CounterActor)}/ended/diagnostics", $"/actors/{nameof(CounterActor)}/kept/diagnostics");
        foreach (var path in new[] { type, one, other })
        {
            Assert.Equal(200, (await _gateway.PutAsync(path, """{"logLevel":"debug","minutes":15}""")).Status);
        }

        var ended = await _gateway.DeleteAsync(one);
        Assert.Equal(200, ended.Status);
        Assert.Equal(JsonValueKind.Null, Assert.Single(ended.Json.GetProperty("overrides").EnumerateArray()).GetProperty("id").ValueKind);
        Assert.Equal(2, ended.Json.GetProperty("hosts").GetProperty("answered").GetArrayLength());
        Assert.Equal(1, await OverridesAsync(one));
        Assert.Equal(2, await OverridesAsync(other));

        Assert.Equal(200, (await _gateway.DeleteAsync(type)).Status);
        Assert.Equal(["kept"], (await _gateway.GetAsync(type)).Json.GetProperty("overrides").EnumerateArray().Select(one => one.GetProperty("id").GetString()));
        Assert.Equal(200, (await _gateway.DeleteAsync(other)).Status);
        Assert.Equal(200, (await _gateway.DeleteAsync(other)).Status);
        Assert.Equal(0, await OverridesAsync(type));
        Assert.Equal(3, _gateway.Logs.Records.Count(record => record.Event == "diagnostics_ended"));
        (await _gateway.DeleteAsync("/actors/NoSuch/diagnostics")).AssertProblem(404, "unknown_actor_type", "NoSuch");
        Assert.Equal(400, (await _gateway.DeleteAsync("/actors/CounterActor/a%01b/diagnostics")).Status);
    }

    [Theory]
    [InlineData("{}", "Set \"logLevel\"")]
    [InlineData("""{"logLevel":"loud"}""", "\"logLevel\" must be trace")]
    [InlineData("""{"logLevel":"none"}""", "\"logLevel\" must be trace")]
    [InlineData("""{"sampling":1.5}""", "\"sampling\" must be from 0 to 1; it is 1.5")]
    [InlineData("""{"sampling":"NaN"}""", "\"sampling\"")]
    [InlineData("""{"sampling":-1}""", "\"sampling\" must be from 0 to 1")]
    [InlineData("""{"sampling":"all"}""", "\"sampling\"")]
    [InlineData("""{"sampling":1,"minute":5}""", "the unknown property \"minute\"")]
    [InlineData("""{"sampling":1,"minutes":0}""", "\"minutes\" must be from 1 to 1440; it is 0")]
    [InlineData("""{"sampling":1,"minutes":1441}""", "\"minutes\" must be from 1 to 1440")]
    public async Task Invalid_diagnostics_are_answered_with_400(string body, string detail)
    {
        (await _gateway.PutAsync($"/actors/{nameof(CounterActor)}/diagnostics", body)).AssertProblem(400, "invalid_request", detail);
        Assert.Equal(0, await OverridesAsync($"/actors/{nameof(CounterActor)}/diagnostics"));
    }

    [Fact]
    public async Task Without_an_answering_host_the_answer_is_503()
    {
        (_gateway.Inspection.Cluster, _gateway.Inspection.Operations) = (null, null);
        foreach (var path in (string[])["/actors", "/actors/a", "/actors/a/b", "/actors/stuck", "/quarantines", "/flow", "/why", "/actors/a/b/logs", $"/traces/{Guid.NewGuid()}", $"/traces/{Guid.NewGuid()}/logs"])
        {
            var answer = await _gateway.GetAsync(path);
            answer.AssertProblem(503, "actor_unavailable", "No actor host answered");
            Assert.DoesNotContain("secret", answer.Body, StringComparison.Ordinal);
        }
    }

    private async Task<int> OverridesAsync(string path) => (await _gateway.GetAsync(path)).Json.GetProperty("overrides").GetArrayLength();
}

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
        Gates.Of(gate).Open();
        await asked;
    }

    [Fact]
    public async Task Missing_resources_are_answered_with_404_and_a_reason()
    {
        (await _gateway.GetAsync("/actors/NoSuch")).AssertProblem(404, "unknown_actor_type", "There is no actor type \"NoSuch\"");
        (await _gateway.GetAsync("/actors/NoSuch/a")).AssertProblem(404, "unknown_actor_type", nameof(CounterActor));
        (await _gateway.GetAsync($"/actors/{nameof(CounterActor)}/never")).AssertProblem(404, "not_found", "CounterActor/never is not in memory");
        (await _gateway.GetAsync($"/traces/{Guid.NewGuid()}")).AssertProblem(404, "not_found", "No host holds records");
        (await _gateway.GetAsync("/traces/42")).AssertProblem(400, "invalid_request", "correlation id must be a UUID");
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
        Assert.Contains(_gateway.Logs.Records, record => record.Event == "diagnostics_changed");
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
        Assert.Contains(_gateway.Logs.Records, record => record.Event == "diagnostics_ended");
        (await _gateway.DeleteAsync("/actors/NoSuch/diagnostics")).AssertProblem(404, "unknown_actor_type", "NoSuch");
        Assert.Equal(400, (await _gateway.DeleteAsync("/actors/CounterActor/a%01b/diagnostics")).Status);
    }

    [Theory]
    [InlineData("{}", "Set \"logLevel\"")]
    [InlineData("""{"logLevel":"loud"}""", "\"logLevel\" must be trace")]
    [InlineData("""{"logLevel":"none"}""", "\"logLevel\" must be trace")]
    [InlineData("""{"sampling":1.5}""", "\"sampling\" must be from 0 to 1; it is 1.5")]
    [InlineData("""{"sampling":-1}""", "\"sampling\" must be from 0 to 1")]
    [InlineData("""{"sampling":"all"}""", "\"sampling\"")]
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
        _gateway.Inspection.Cluster = null;
        foreach (var path in (string[])["/actors", "/actors/a", "/actors/a/b", "/actors/stuck", "/flow", $"/traces/{Guid.NewGuid()}"])
        {
            var answer = await _gateway.GetAsync(path);
            answer.AssertProblem(503, "actor_unavailable", "No actor host answered");
            Assert.DoesNotContain("secret", answer.Body, StringComparison.Ordinal);
        }
    }

    private async Task<int> OverridesAsync(string path) => (await _gateway.GetAsync(path)).Json.GetProperty("overrides").GetArrayLength();
}

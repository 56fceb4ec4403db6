using System.Text.Json;
using Choir.Tests.Support;

namespace Choir.Tests.Integration.EndToEnd;

public class InspectionTests(RunningChoir choir)
{
    // In causal order.
    private static readonly string[] MessageTypes =
    [
        "SUBMIT_INPUT", "PROCESS_INPUT", "PROCESS_ACTION", "PROCESS_EXPERIENCE", "PROCESS_INTENTION", "PROCESS_OBSERVATION",
        "PROCESS_UNDERSTANDING", "CYCLE_COMPLETE", "SUBMIT_TRANSACTION",
    ];

    [Fact]
    public async Task The_inspection_shows_the_messages_of_a_conversation()
    {
        using var gateway = await choir.GatewayAsync();
        var thread = await RunningChoir.CreateThreadAsync(gateway);
        var cycle = await RunningChoir.ConverseAsync(gateway, thread, "A pendulum's period depends on its length, not on its weight.");

        var correlation = cycle.GetProperty("correlationId").GetString()!;
        var trace = await Eventually.GivesAsync<object>("a hop of each kind", async () =>
        {
            var answer = await GetAsync(gateway, $"/traces/{correlation}");
            return MessageTypes.Except(Texts(answer, "hops", "messageType")).Any() ? null : answer;
        });
        AssertIsWhole((JsonElement)trace, cycle);
        await AssertTypesAndFlowTellOfItAsync(gateway);
        await AssertThreadIsShownAsync(gateway, thread);
        Assert.Empty((await GetAsync(gateway, "/actors/stuck")).GetProperty("handlers").EnumerateArray());
    }

    [Fact]
    public async Task Every_process_is_discovered_and_serves_its_metrics()
    {
        using var gateway = await choir.GatewayAsync();
        using var anonymous = new HttpClient();
        var targets = await Eventually.GivesAsync<object>("two actor hosts and the gateway", async () =>
        {
            var response = await anonymous.GetAsync(new Uri(gateway.BaseAddress!, "/metrics/targets"), TestContext.Current.CancellationToken);
            var found = await RunningChoir.ReadAsync(response);
            return Services(found).SequenceEqual(["actor-host", "actor-host", "gateway"]) ? found : null;
        });

        var found = ((JsonElement)targets).EnumerateArray().ToList();
        Assert.Equal(3, found.Select(Address).Distinct().Count());
        foreach (var target in found)
        {
            var text = await anonymous.GetStringAsync(new Uri($"http://{Address(target)}/metrics"), TestContext.Current.CancellationToken);
            var metrics = new PrometheusText(text);
            Assert.Contains("system_cpu_usage_percent", metrics.Types.Keys);
            var isHost = target.GetProperty("labels").GetProperty("service").GetString() == "actor-host";
            Assert.Equal(isHost, metrics.Types.ContainsKey("actor_stuck"));
            Assert.Equal(isHost ? 2 : null, metrics.Sum("cluster_hosts", ("status", "active")));
        }

        static string? Address(JsonElement target) => target.GetProperty("targets")[0].GetString();

        static IEnumerable<string?> Services(JsonElement targets) =>
            targets.EnumerateArray().Select(target => target.GetProperty("labels").GetProperty("service").GetString()).Order();
    }

    [Fact]
    public async Task Diagnostics_of_one_thread_are_changed_on_every_host()
    {
        using var gateway = await choir.GatewayAsync();
        var thread = await RunningChoir.CreateThreadAsync(gateway);
        using var wanted = new StringContent("""{"logLevel":"debug","minutes":1}""", System.Text.Encoding.UTF8, "application/json");
        var response = await gateway.PutAsync(
            new Uri($"/actors/ThreadActor/{thread}/diagnostics", UriKind.Relative), wanted, TestContext.Current.CancellationToken);
        var set = await RunningChoir.ReadAsync(response);

        Assert.Equal(2, set.GetProperty("hosts").GetProperty("answered").GetArrayLength());
        Assert.Equal([thread], Texts(set, "overrides", "id").Where(id => id == thread));
    }

    private static void AssertIsWhole(JsonElement trace, JsonElement cycle)
    {
        var types = Texts(trace, "hops", "messageType").ToList();
        Assert.Equal(MessageTypes, MessageTypes.OrderBy(type => types.IndexOf(type)));
        Assert.Equal(2, trace.GetProperty("hosts").GetProperty("answered").GetArrayLength());
        foreach (var hop in trace.GetProperty("hops").EnumerateArray())
        {
            Assert.Equal("ok", hop.GetProperty("outcome").GetString());
            Assert.True(hop.GetProperty("queueMs").GetDouble() >= 0);
            Assert.Equal(cycle.GetProperty("traceId").GetString(), hop.GetProperty("traceId").GetString());
        }
    }

    private static async Task AssertTypesAndFlowTellOfItAsync(HttpClient gateway)
    {
        var types = (await GetAsync(gateway, "/actors")).GetProperty("types").EnumerateArray()
            .ToDictionary(type => type.GetProperty("type").GetString()!, type => type.GetProperty("messages").GetInt64());
        Assert.All(
            ["ThreadActor", "ActionPhaseActor", "ExperiencePhaseActor", "IntentionPhaseActor", "ObservationPhaseActor",
             "UnderstandingPhaseActor", "YieldPhaseActor", "LedgerActor"],
            type => Assert.True(types[type] > 0, $"{type} got nothing"));
        var edges = (await GetAsync(gateway, "/flow")).GetProperty("edges").EnumerateArray()
            .Select(edge => (edge.GetProperty("sourceType").GetString(), edge.GetProperty("actorType").GetString(), edge.GetProperty("messageType").GetString()))
            .ToList();
        Assert.Contains(("gateway", "ThreadActor", "SUBMIT_INPUT"), edges);
        Assert.Contains(("ThreadActor", "ActionPhaseActor", "PROCESS_INPUT"), edges);
        Assert.Contains(("ActionPhaseActor", "ExperiencePhaseActor", "PROCESS_ACTION"), edges);
    }

    private static async Task AssertThreadIsShownAsync(HttpClient gateway, string thread)
    {
        var type = await GetAsync(gateway, "/actors/ThreadActor");
        Assert.NotEmpty(type.GetProperty("hottest").GetProperty("byMessages").EnumerateArray());
        var actor = await GetAsync(gateway, $"/actors/ThreadActor/{thread}");
        Assert.True(actor.GetProperty("isLive").GetBoolean());
        Assert.Equal(JsonValueKind.Object, actor.GetProperty("state").ValueKind);
        Assert.True(actor.GetProperty("version").GetInt64() > 0);
        Assert.Contains("SUBMIT_INPUT", Texts(actor, "messages", "messageType"));
        Assert.NotEmpty(actor.GetProperty("stateChanges").EnumerateArray());
    }

    private static IEnumerable<string?> Texts(JsonElement answer, string list, string property) =>
        answer.TryGetProperty(list, out var all) ? all.EnumerateArray().Select(one => one.GetProperty(property).GetString()) : [];

    private static async Task<JsonElement> GetAsync(HttpClient gateway, string path) =>
        await RunningChoir.ReadAsync(await gateway.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken));
}

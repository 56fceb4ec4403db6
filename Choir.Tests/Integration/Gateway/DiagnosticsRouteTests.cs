using System.Text.Json;
using Choir.Actors;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Inspection;
using Choir.Tests.Unit.Actors.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Choir.Tests.Integration.Gateway;

/// <summary>The routes that change the log level and sampling for a time, with a real cluster.</summary>
public sealed class DiagnosticsRouteTests : InspectedGatewayTestBase
{
    [Fact]
    public async Task Diagnostics_are_set_for_a_type_or_an_actor_and_returned()
    {
        var before = TimeProvider.System.GetUtcNow();
        var set = await Gateway.PutAsync($"/actors/{nameof(CounterActor)}/c/diagnostics", """{"logLevel":"debug","sampling":0.25,"minutes":15}""");
        Assert.Equal(200, set.Status);
        var one = Assert.Single(set.Json.GetProperty("overrides").EnumerateArray());
        Assert.Equal(("c", "debug", 0.25), (one.GetProperty("id").GetString(), one.GetProperty("logLevel").GetString(), one.GetProperty("sampling").GetDouble()));
        Assert.InRange(one.GetProperty("until").GetDateTimeOffset() - before, TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(20));
        Assert.Equal(2, set.Json.GetProperty("hosts").GetProperty("answered").GetArrayLength());

        Assert.Equal(200, (await Gateway.PutAsync($"/actors/{nameof(CounterActor)}/diagnostics", """{"logLevel":"Information"}""")).Status);
        Assert.Equal(2, await OverridesAsync($"/actors/{nameof(CounterActor)}/diagnostics"));
        Assert.Equal(2, await OverridesAsync($"/actors/{nameof(CounterActor)}/c/diagnostics"));
        Assert.Equal(1, await OverridesAsync($"/actors/{nameof(CounterActor)}/d/diagnostics"));
        Assert.Equal(0, await OverridesAsync($"/actors/{nameof(WorkerActor)}/diagnostics"));
        Assert.Equal(
            [
                "Diagnostics of CounterActor/c were changed for 15 min: level Debug, sampling 0.25",
                "Diagnostics of all actors of type CounterActor were changed for 10 min: level Information, sampling as configured",
            ],
            Gateway.Logs.Records.Where(record => record.Event == "diagnostics_changed").Select(record => record.Message));
    }

    [Fact]
    public async Task Deleting_diagnostics_ends_only_the_deleted_setting()
    {
        var type = $"/actors/{nameof(CounterActor)}/diagnostics";
        var (one, other) = ($"/actors/{nameof(CounterActor)}/ended/diagnostics", $"/actors/{nameof(CounterActor)}/kept/diagnostics");
        foreach (var path in new[] { type, one, other })
        {
            Assert.Equal(200, (await Gateway.PutAsync(path, """{"logLevel":"debug","minutes":15}""")).Status);
        }

        var ended = await Gateway.DeleteAsync(one);
        Assert.Equal(200, ended.Status);
        Assert.Equal(JsonValueKind.Null, Assert.Single(ended.Json.GetProperty("overrides").EnumerateArray()).GetProperty("id").ValueKind);
        Assert.Equal(2, ended.Json.GetProperty("hosts").GetProperty("answered").GetArrayLength());
        Assert.Equal(1, await OverridesAsync(one));
        Assert.Equal(2, await OverridesAsync(other));

        Assert.Equal(200, (await Gateway.DeleteAsync(type)).Status);
        Assert.Equal(["kept"], (await Gateway.GetAsync(type)).Json.GetProperty("overrides").EnumerateArray().Select(one => one.GetProperty("id").GetString()));
        Assert.Equal(200, (await Gateway.DeleteAsync(other)).Status);
        Assert.Equal(200, (await Gateway.DeleteAsync(other)).Status);
        Assert.Equal(0, await OverridesAsync(type));
        Assert.Equal(3, Gateway.Logs.Records.Count(record => record.Event == "diagnostics_ended"));
        (await Gateway.DeleteAsync("/actors/NoSuch/diagnostics")).AssertProblem(404, "unknown_actor_type", "NoSuch");
        Assert.Equal(400, (await Gateway.DeleteAsync("/actors/CounterActor/a%01b/diagnostics")).Status);
    }

    [Fact]
    public async Task Invalid_diagnostics_are_answered_with_400()
    {
        foreach (var (body, detail) in new[]
        {
            ("{}", "Set \"logLevel\""),
            ("""{"logLevel":"loud"}""", "\"logLevel\" must be trace"),
            ("""{"logLevel":"none"}""", "\"logLevel\" must be trace"),
            ("""{"sampling":1.5}""", "\"sampling\" must be from 0 to 1; it is 1.5"),
            ("""{"sampling":"NaN"}""", "\"sampling\""),
            ("""{"sampling":-1}""", "\"sampling\" must be from 0 to 1"),
            ("""{"sampling":"all"}""", "\"sampling\""),
            ("""{"sampling":1,"minute":5}""", "the unknown property \"minute\""),
            ("""{"sampling":1,"minutes":0}""", "\"minutes\" must be from 1 to 1440; it is 0"),
            ("""{"sampling":1,"minutes":1441}""", "\"minutes\" must be from 1 to 1440"),
        })
        {
            (await Gateway.PutAsync($"/actors/{nameof(CounterActor)}/diagnostics", body)).AssertProblem(400, "invalid_request", detail);
            Assert.Equal(0, await OverridesAsync($"/actors/{nameof(CounterActor)}/diagnostics"));
        }
    }

    private async Task<int> OverridesAsync(string path) => (await Gateway.GetAsync(path)).Json.GetProperty("overrides").GetArrayLength();
}

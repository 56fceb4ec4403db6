using System.Net.Http.Json;
using Choir.Actors;
using Choir.Actors.Inspection;
using Choir.Actors.Operations;
using Choir.Observatory.Api;
using Choir.Tests.Integration.Gateway;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Inspection;
using Choir.Tests.Unit.Actors.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Choir.Tests.Integration.Observatory;

/// <summary>The inspection routes in an application that has nothing of Choir's gateway.</summary>
public sealed class ObservatoryApiTests : IAsyncLifetime
{
    private readonly LentInspection _inspection = new();
    private readonly ScriptedActors _actors = new();
    private readonly LogCollector _logs = new();
    private InspectedCluster _cluster = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _cluster = await InspectedCluster.StartAsync(silos: 1);
        (_inspection.Cluster, _inspection.Operations) = (_cluster.Inspection, _cluster.Operations);
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task One_line_adds_the_routes_with_their_answers_and_problems()
    {
        await using var app = await StartAsync();
        await _cluster.Actors.AskAsync(nameof(CounterActor), "c", "INCREMENT", new Increment(2));

        Assert.Contains("\"CounterActor\"", (await GetAsync(app, "/actors")).Body, StringComparison.Ordinal);
        Assert.Equal("c", (await GetAsync(app, "/actors/CounterActor/c")).Text("id"));
        foreach (var path in (string[])["/actors/CounterActor", "/actors/stuck", "/flow", "/why", "/health/history"])
        {
            Assert.Equal(200, (await GetAsync(app, path)).Status);
        }

        AssertProblem(await GetAsync(app, "/actors/CounterActor/nobody"), 404, "not_found", "no host holds records of it");
        AssertProblem(await GetAsync(app, "/actors/NoSuchActor"), 404, "unknown_actor_type", "NoSuchActor");
        AssertProblem(await GetAsync(app, "/traces/x"), 400, "invalid_request", "32 hexadecimal digits");
        _inspection.Cluster = null;
        var away = await GetAsync(app, "/flow");
        AssertProblem(away, 503, "actor_unavailable", "No actor host answered");
        Assert.Equal(TimeSpan.FromSeconds(5), away.Headers.RetryAfter?.Delta);
    }

    [Fact]
    public async Task Routes_that_change_something_exist_only_where_they_are_wanted()
    {
        var quarantine = new { mode = "skip", reason = "A test.", minutes = 1 };
        await using (var reading = await StartAsync())
        {
            using var refused = await ClientOf(reading).PutAsJsonAsync("/actors/CounterActor/quarantine", quarantine, Cancellation);
            Assert.Equal(405, (int)refused.StatusCode);
            Assert.Equal(404, (await GetAsync(reading, "/quarantines")).Status);
        }

        await using var app = await StartAsync(api => api.Operations = true);
        using var set = await ClientOf(app).PutAsJsonAsync("/actors/CounterActor/quarantine", quarantine, Cancellation);
        var answer = await Answer.OfAsync(set);
        Assert.True(answer.Status == 200, answer.Body);
        Assert.Equal("skip", answer.Json.GetProperty("quarantines")[0].GetProperty("mode").GetString());
        Assert.Equal("quarantine_set", Assert.Single(_logs.Records, record => record.Event is "quarantine_set" or "quarantine_ended").Event);
    }

    [Theory]
    [InlineData("diagnostics", """{"sampling":"NaN"}""")]
    [InlineData("diagnostics", """{"sampling":"Infinity"}""")]
    [InlineData("diagnostics", """{"sampling":1,"minutes":"1441"}""")]
    [InlineData("quarantine", """{"mode":null,"reason":"A test."}""")]
    [InlineData("quarantine", """{"mode":"skip","reason":null}""")]
    [InlineData("quarantine", """{"mode":"skip","reason":"A test.","minutes":"-1"}""")]
    public async Task A_body_with_an_odd_value_is_refused_and_changes_nothing(string what, string body)
    {
        await using var app = await StartAsync(api => api.Operations = true);
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var refused = await ClientOf(app).PutAsync(new Uri($"/actors/CounterActor/{what}", UriKind.Relative), content, Cancellation);
        Assert.Equal(400, (int)refused.StatusCode);
        Assert.Equal(200, (await GetAsync(app, "/actors/CounterActor/diagnostics")).Status);
        Assert.DoesNotContain(_logs.Records, record => record.Event is "quarantine_set" or "diagnostics_changed");
    }

    [Fact]
    public async Task An_application_that_answers_errors_itself_gets_the_exceptions()
    {
        var seen = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = await StartAsync(api => api.ThrowProblems = true, seen.SetResult);
        await GetAsync(app, "/traces/x");
        Assert.Equal(400, Assert.IsType<Choir.Observatory.Api.Problems.ApiProblemException>(await seen.Task.WaitAsync(Cancellation)).Status);
    }

    private static void AssertProblem(Answer answer, int status, string code, string detail)
    {
        Assert.Equal((status, "application/problem+json", code), (answer.Status, answer.ContentType, answer.Text("code")));
        Assert.Contains(detail, answer.Text("detail"), StringComparison.Ordinal);
    }

    private async Task<WebApplication> StartAsync(Action<ObservatoryApiOptions>? configure = null, Action<Exception>? thrown = null)
    {
        var builder = WebApplication.CreateBuilder(["--urls=http://127.0.0.1:0"]);
        builder.Logging.ClearProviders().AddProvider(_logs);
        builder.Services.AddSingleton<IActorClient>(_actors).AddSingleton<IActorInspection>(_inspection).AddSingleton<IActorOperations>(_inspection);
        var app = builder.Build();
        app.Use(async (_, next) =>
        {
            try
            {
                await next();
            }
            catch (Exception exception) when (thrown is not null)
            {
                thrown(exception);
            }
        });
        app.MapObservatoryApi(app.MapObservatory(), configure);
        await app.StartAsync(Cancellation);
        return app;
    }

    private static HttpClient ClientOf(WebApplication app) => new() { BaseAddress = new Uri(app.Urls.First()) };

    private static async Task<Answer> GetAsync(WebApplication app, string path)
    {
        using var client = ClientOf(app);
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative), Cancellation);
        return await Answer.OfAsync(response);
    }
}

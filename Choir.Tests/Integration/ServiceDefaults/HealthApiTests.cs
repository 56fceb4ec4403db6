using System.Net;
using System.Net.Http.Headers;
using Choir.ServiceDefaults;
using Choir.ServiceDefaults.Health;
using Choir.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Choir.Tests.Integration.ServiceDefaults;

/// <summary>The health routes of a real service on a free port.</summary>
public sealed class HealthApiTests : IAsyncLifetime
{
    private readonly ScriptedCheck _actors = new();
    private readonly ScriptedCheck _database = new();
    private readonly ScriptedCheck _blockchain = new();
    private WebApplication _app = null!;
    private HttpClient _http = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateBuilder(["--urls=http://127.0.0.1:0", "--Health:CacheTime=0"]);
        builder.AddServiceDefaults();
        builder.Services.AddHealthChecks()
            .AddCheck(HealthComponents.Blockchain, _blockchain)
            .AddCheck("somebody else's", new ScriptedCheck { Answer = _ => throw new InvalidOperationException() })
            .AddCheck(HealthComponents.ActorSystem, _actors)
            .AddCheck(HealthComponents.Database, _database);
        _app = builder.Build();
        _app.MapDefaultEndpoints();
        await _app.StartAsync(TestContext.Current.CancellationToken);
        _http = new HttpClient { BaseAddress = new Uri(_app.Urls.First()) };
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task A_healthy_service_lists_its_components_without_reasons()
    {
        var (status, body) = await GetAsync("/health");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(
            """{"status":"healthy","components":{"actor_system":{"status":"healthy"},"database":{"status":"healthy"},"blockchain":{"status":"healthy"}}}""",
            body);
    }

    [Fact]
    public async Task A_degraded_component_is_answered_with_200_and_status_degraded()
    {
        _blockchain.Says(HealthCheckResult.Degraded("Blockchain node is not synced"));
        var (status, body) = await GetAsync("/health");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.StartsWith("""{"status":"degraded",""", body, StringComparison.Ordinal);
        Assert.Contains(
            "\"blockchain\":{\"status\":\"degraded\",\"reason\":\"Blockchain node is not synced\"}", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_worst_component_decides()
    {
        _blockchain.Says(HealthCheckResult.Degraded("Blockchain node is not synced"));
        _actors.Says(HealthCheckResult.Unhealthy("Actor system is not running"));
        var (status, body) = await GetAsync("/health");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.StartsWith("""{"status":"unhealthy",""", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unavailable_chain_leaves_the_service_ready()
    {
        _blockchain.Says(HealthCheckResult.Unhealthy("Blockchain error: Connection refused"));
        Assert.Equal(HttpStatusCode.OK, (await GetAsync("/ready")).Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await GetAsync("/health")).Status);
    }

    [Theory]
    [InlineData("/ready")]
    [InlineData("/health")]
    public async Task Only_an_unhealthy_service_says_when_to_ask_again(string path)
    {
        Assert.Null(await RetryAfterAsync(path));
        _database.Says(HealthCheckResult.Unhealthy("away"));
        Assert.Equal(TimeSpan.FromSeconds(5), (await RetryAfterAsync(path))!.Delta);
    }

    [Theory]
    [InlineData(HealthComponents.ActorSystem)]
    [InlineData(HealthComponents.Database)]
    public async Task Without_actors_or_database_the_service_is_not_ready_but_alive(string component)
    {
        (component == HealthComponents.Database ? _database : _actors).Says(HealthCheckResult.Unhealthy("away"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await GetAsync("/ready")).Status);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync("/alive")).Status);
    }

    [Fact]
    public async Task An_exception_becomes_a_reason_without_secrets_or_stack_trace()
    {
        _database.Answer = _ => throw new InvalidOperationException(
            "cannot reach postgres://choir:s3cret@db/choir with Password=s3cret;\nat Secret.Stack()");
        var (_, body) = await GetAsync("/health");
        Assert.Contains("Database error: cannot reach postgres://choir:[redacted]@db/choir with Password=[redacted]", body, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", body, StringComparison.Ordinal);
        Assert.DoesNotContain("Stack", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_are_served_as_Prometheus_text_without_a_key()
    {
        await GetAsync("/alive");
        var (status, body) = await GetAsync("/metrics");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("service_namespace=\"choir\"", body, StringComparison.Ordinal);
        Assert.Contains("dotnet_gc_collections_total", body, StringComparison.Ordinal);
    }

    private async Task<RetryConditionHeaderValue?> RetryAfterAsync(string path)
    {
        using var response = await _http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        return response.Headers.RetryAfter;
    }

    private async Task<(HttpStatusCode Status, string Body)> GetAsync(string path)
    {
        using var response = await _http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}

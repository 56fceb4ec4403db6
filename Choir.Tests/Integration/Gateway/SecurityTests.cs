using System.Net.Http.Headers;
using System.Text.Json;
using Choir.Gateway.Security;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Choir.Tests.Integration.Gateway;

public sealed class SecurityTests : IAsyncLifetime
{
    private static readonly string[] Open =
    [
        "/", "/start", "/page.css", "/start/start.css", "/start/start.js", "/favicon.svg", "/docs/", "/openapi/v1.json", "/alive", "/metrics", "/runbooks",
        "/load-tests/trends", "/load-tests/trends/trends.css", "/load-tests/trends/trends.js", "/load-tests/trends/chart.js", "/load-tests/trends/figures.js",
    ];

    private GatewayUnderTest _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayUnderTest.StartAsync();

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer")]
    [InlineData("Bearer wrong")]
    [InlineData("Bearer the-key-of-the-tests-and-more")]
    [InlineData("Basic the-key-of-the-tests")]
    public async Task Without_the_key_the_answer_is_401_with_instructions(string? authorization)
    {
        _gateway.Http.DefaultRequestHeaders.Remove("Authorization");
        if (authorization is not null)
        {
            _gateway.Http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", authorization);
        }

        foreach (var path in (string[])["/threads", "/nothing-here", "/dead-letters", "/actors", "/actors/a/b", "/actors/stuck", "/quarantines", "/flow", "/why", "/health/history", "/traces/1", "/alerts", "/load-tests", "/load-tests/profiles", "/load-tests/1"])
        {
            var answer = await _gateway.GetAsync(path);
            answer.AssertProblem(401, "unauthorized", "Authorization: Bearer KEY");
            Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.Single().Scheme);
        }
    }

    [Fact]
    public async Task Anonymous_routes_need_no_key()
    {
        _gateway.Http.DefaultRequestHeaders.Authorization = null;
        foreach (var path in Open)
        {
            var answer = await _gateway.GetAsync(path);
            Assert.True(answer.Status == 200, $"{path}: {answer.Status} {answer.Body}");
        }
    }

    // The live pages and the endpoint of assistants check sign-in and keys themselves: SignInTests, AssistantTests.
    [Fact]
    public void All_other_routes_need_the_key()
    {
        string[] open =
        [
            .. Open.Select(path => path.TrimEnd('/')), "/ready", "/health", "/metrics/targets", "/runbooks", "/runbooks/{alert}", "/docs/{documentName?}", "/observatory/{**page}", "/mcp", "/openapi/{documentName}.json",
        ];
        var endpoints = _gateway.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();
        var surprising = endpoints
            .Where(endpoint => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            .Select(endpoint => "/" + endpoint.RoutePattern.RawText!.Trim('/'))
            .Where(route => !open.Contains(route.TrimEnd('/')) && !route.StartsWith("/docs/", StringComparison.Ordinal));
        Assert.Empty(surprising);
    }

    [Theory]
    [InlineData("", "CHOIR_API_KEY is not set")]
    [InlineData("with space", "not allowed in an HTTP header")]
    [InlineData("schlüssel", "not allowed in an HTTP header")]
    public async Task The_gateway_does_not_start_with_an_invalid_key(string key, string message)
    {
        var builder = WebApplication.CreateBuilder(["--urls=http://127.0.0.1:0", $"--CHOIR_API_KEY={key}"]);
        builder.Services.AddApiKey();
        await using var app = builder.Build();
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(
            () => app.StartAsync(TestContext.Current.CancellationToken));
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_paths_and_methods_are_problems()
    {
        (await _gateway.GetAsync("/nothing-here")).AssertProblem(404, "not_found", "There is no route /nothing-here");
        (await _gateway.GetAsync("/actors/a/b/messages")).AssertProblem(405, "method_not_allowed", "allowed: POST");
    }

    [Fact]
    public async Task The_OpenAPI_document_has_the_key_and_describes_every_operation_and_its_problems()
    {
        var api = (await _gateway.GetAsync("/openapi/v1.json")).Json;
        Assert.Equal("bearer", api.GetProperty("components").GetProperty("securitySchemes").GetProperty("Bearer").GetProperty("scheme").GetString());
        foreach (var path in api.GetProperty("paths").EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject())
            {
                Assert.True(operation.Value.TryGetProperty("summary", out _), $"{operation.Name} {path.Name} has no summary.");
                if (path.Name is "/alive" or "/ready" or "/health" or "/metrics/targets" || path.Name.StartsWith("/runbooks", StringComparison.Ordinal))
                {
                    continue;
                }

                Assert.True(operation.Value.TryGetProperty("security", out _), $"{operation.Name} {path.Name} shows no key.");
                AssertIsProblem(operation.Value.GetProperty("responses").GetProperty("401"));
                if (path.Name is "/alerts" or "/health/history")
                {
                    continue; // It needs nobody else.
                }

                AssertIsProblem(operation.Value.GetProperty("responses").GetProperty("503"));
            }
        }
    }

    [Fact]
    public async Task The_pages_load_nothing_from_other_origins()
    {
        _gateway.Http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        foreach (var page in (string[])["/start", "/docs/", "/load-tests/trends"])
        {
            var body = (await _gateway.GetAsync(page)).Body;
            Assert.DoesNotMatch("(src|href)=\"(https?:)?//", body);
        }
    }

    private static void AssertIsProblem(JsonElement response) =>
        Assert.True(response.GetProperty("content").TryGetProperty("application/problem+json", out _));
}

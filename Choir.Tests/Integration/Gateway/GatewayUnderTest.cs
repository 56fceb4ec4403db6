using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Choir.Actors;
using Choir.Actors.Inspection;
using Choir.Actors.Operations;
using Choir.Gateway;
using Choir.ServiceDefaults;
using Choir.ServiceDefaults.Health;
using Choir.Storage;
using Choir.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Choir.Tests.Integration.Gateway;

/// <summary>The real HTTP API on a free port with a scripted cluster.</summary>
internal sealed class GatewayUnderTest : IAsyncDisposable
{
    public const string Key = "the-key-of-the-tests";

    private readonly WebApplication _app;
    private Action<WebApplication>? _giveBack;

    private GatewayUnderTest(WebApplication app)
    {
        _app = app;
        Address = new Uri(app.Urls.First());
        Http = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(60) };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
    }

    public Uri Address { get; }

    public HttpClient Http { get; }

    public IServiceProvider Services => _app.Services;

    public required ScriptedActors Actors { get; init; }

    public required LentInspection Inspection { get; init; }

    public required ScriptedCheck Database { get; init; }

    public required LogCollector Logs { get; init; }

    /// <summary>
    /// A gateway that earlier tests have used, because starting one takes longer than most tests. For tests that leave nothing behind
    /// in it: what the scripted cluster answered and what was logged is forgotten.
    /// </summary>
    /// <param name="settings">Settings of the gateway.</param>
    public static async Task<GatewayUnderTest> BorrowAsync(params string[] settings)
    {
        var app = GatewaysToLend.Take(settings);
        // What the tests before have caused must not suppress a record that this one waits for.
        var gateway = app is null ? await StartAsync(settings: [.. settings, "Logging:Limit:PerSecond=0"]) : Of(app);
        gateway._giveBack = used => GatewaysToLend.GiveBack(settings, used);
        return gateway;
    }

    /// <param name="database">The connection string of Postgres; by default an unreachable one.</param>
    /// <param name="settings">Settings of the gateway, as <c>Gateway:Name=value</c>.</param>
    public static async Task<GatewayUnderTest> StartAsync(string? database = null, params string[] settings)
    {
        var logs = new LogCollector();
        var builder = WebApplication.CreateBuilder(["--urls=http://127.0.0.1:0", $"--CHOIR_API_KEY={Key}", .. settings.Select(setting => "--" + setting)]);
        builder.AddServiceDefaults();
        builder.AddHttpApi();
        builder.Logging.ClearProviders().AddProvider(logs);
        builder.Services.AddSingleton(logs);
        builder.Services.AddSingleton<RunningRequests>();
        builder.Services.AddSingleton<ScriptedActors>();
        builder.Services.AddSingleton<IActorClient>(services => services.GetRequiredService<ScriptedActors>());
        builder.Services.AddSingleton<LentInspection>();
        builder.Services.AddSingleton<IActorInspection>(services => services.GetRequiredService<LentInspection>());
        builder.Services.AddSingleton<IActorOperations>(services => services.GetRequiredService<LentInspection>());
        builder.Services.AddSingleton<ScriptedCheck>();
        builder.Services.AddHealthChecks().AddCheck<ScriptedCheck>(HealthComponents.Database);
        builder.Services.AddSingleton(NpgsqlDataSource.Create(database ?? "Host=127.0.0.1;Port=1;Username=nobody"));
        builder.Services.AddSingleton<ThreadStore>();
        builder.Services.AddSingleton<ThreadEventFeed>();
        builder.Services.AddHostedService(services => services.GetRequiredService<ThreadEventFeed>());
        builder.Services.AddSingleton<PostgresDeadLetterStore>();
        builder.Services.AddSingleton<MetricsTargetStore>();
        builder.Services.AddSingleton<LoadTestStore>();
        builder.Services.AddSingleton<WorkFiguresReader>();
        builder.Services.AddOptions<StorageOptions>();
        var app = builder.Build();
        app.Use(app.Services.GetRequiredService<RunningRequests>().CountAsync);
        app.MapGateway();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return Of(app);
    }

    private static GatewayUnderTest Of(WebApplication app) => new(app)
    {
        Actors = app.Services.GetRequiredService<ScriptedActors>(),
        Inspection = app.Services.GetRequiredService<LentInspection>(),
        Database = app.Services.GetRequiredService<ScriptedCheck>(),
        Logs = app.Services.GetRequiredService<LogCollector>(),
    };

    public async Task<Answer> GetAsync(string path)
    {
        using var response = await Http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        return await Answer.OfAsync(response);
    }

    public async Task<Answer> PutAsync(string path, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await Http.PutAsync(new Uri(path, UriKind.Relative), content, TestContext.Current.CancellationToken);
        return await Answer.OfAsync(response);
    }

    public async Task<Answer> DeleteAsync(string path)
    {
        using var response = await Http.DeleteAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        return await Answer.OfAsync(response);
    }

    public Task<Answer> PostAsync(string path, string json) =>
        PostAsync(path, new StringContent(json, Encoding.UTF8, "application/json"));

    public async Task<Answer> PostAsync(string path, HttpContent? content)
    {
        using (content)
        {
            using var response = await Http.PostAsync(
                new Uri(path, UriKind.Relative), content, TestContext.Current.CancellationToken);
            return await Answer.OfAsync(response);
        }
    }

    /// <summary>Sends a request exactly as it is written, with the key.</summary>
    public async Task<Answer> RawAsync(string method, string target, string? body = null, params string[] headers)
    {
        string[] type = body is null ? [] : ["Content-Type: application/json"];
        return Answer.Of(await RawHttp.SendAsync(
            Address, method, target, [$"Authorization: Bearer {Key}", .. headers.Any(IsContentType) ? [] : type, .. headers], body));

        static bool IsContentType(string header) => header.StartsWith("Content-Type:", StringComparison.Ordinal);
    }

    public Task StopAsync() => _app.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (_giveBack is null || TestContext.Current.TestState?.Result == TestResult.Failed)
        {
            await _app.DisposeAsync();
            return;
        }

        await Eventually.HoldsAsync("all requests of the test have ended", () => Task.FromResult(Services.GetRequiredService<RunningRequests>().Count == 0));
        (Inspection.Cluster, Inspection.Operations) = (null, null);
        Actors.Forget();
        Database.Forget();
        Logs.Forget();
        _giveBack(_app);
    }
}

/// <summary>A response with its body.</summary>
internal sealed record Answer(int Status, string ContentType, HttpResponseHeaders Headers, string Body)
{
    public static Answer Of(RawAnswer raw)
    {
        using var response = new HttpResponseMessage();
        foreach (var (name, value) in raw.Headers)
        {
            response.Headers.TryAddWithoutValidation(name, value);
        }

        return new Answer(raw.Status, raw.Headers.GetValueOrDefault("Content-Type", "").Split(';')[0], response.Headers, raw.Body);
    }

    public JsonElement Json => JsonElement.Parse(Body, new() { MaxDepth = 256 });

    public string Text(string name) => Json.GetProperty(name).GetString() ?? "";

    public static async Task<Answer> OfAsync(HttpResponseMessage response) => new(
        (int)response.StatusCode,
        response.Content.Headers.ContentType?.MediaType ?? "",
        response.Headers,
        await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

    /// <summary>Asserts that it is a complete problem.</summary>
    public void AssertProblem(int status, string code, string detail)
    {
        Assert.True(status == Status, $"{Status} instead of {status}: {Body}");
        Assert.Equal("application/problem+json", ContentType);
        Assert.Equal(status, Json.GetProperty("status").GetInt32());
        Assert.Equal(code, Text("code"));
        Assert.Contains(detail, Text("detail"), StringComparison.Ordinal);
        Assert.Matches("^[0-9a-f]{32}$", Text("traceId"));
        Assert.NotEmpty(Text("title"));
        Assert.DoesNotContain("   at ", Body, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", Body, StringComparison.Ordinal);
    }
}

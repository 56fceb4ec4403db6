using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.Testing;
using Choir.Tests.Integration.EndToEnd;
using Choir.Tests.Support;

[assembly: AssemblyFixture(typeof(RunningChoir))]

namespace Choir.Tests.Integration.EndToEnd;

/// <summary>
/// The whole of Choir, started once for all end-to-end tests: the real AppHost with local infrastructure and no data kept.
/// It starts with the first test that asks for it, so that a run without one does not pay for it.
/// </summary>
public sealed class RunningChoir : IAsyncDisposable
{
    public const string ApiKey = "end-to-end-tests";

    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(4);

    private readonly SemaphoreSlim _starting = new(1, 1);
    private DistributedApplication? _application;

    /// <summary>The gateway's client, with the API key; the first call starts Choir.</summary>
    public async Task<HttpClient> Gateway()
    {
        var client = (await Application()).CreateHttpClient("gateway");
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ApiKey);
        return client;
    }

    public async Task<string> DatabaseConnection() =>
        await (await Application()).GetConnectionStringAsync("choir") ?? throw new InvalidOperationException("No database.");

    public async Task<Uri> Node() => (await Application()).GetEndpoint("ethereum", "http");

    /// <summary>Creates a thread and returns its id.</summary>
    public static async Task<string> CreateThread(HttpClient gateway)
    {
        var response = await gateway.PostAsync(new Uri("/threads", UriKind.Relative), null, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        return (await Read(response)).GetProperty("threadId").GetString()!;
    }

    /// <summary>Sends a text and returns the finished cycle.</summary>
    public static async Task<JsonElement> Converse(HttpClient gateway, string threadId, string content)
    {
        var response = await gateway.PostAsJsonAsync(
            new Uri($"/threads/{threadId}/inputs?wait=30", UriKind.Relative), new { content }, TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.OK, response.StatusCode);
        var cycle = await Read(response);
        Assert.Equal("completed", cycle.GetProperty("status").GetString());
        return cycle;
    }

    public static async Task<JsonElement> Read(HttpResponseMessage response) =>
        JsonElement.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

    public async ValueTask DisposeAsync()
    {
        if (_application is not null)
        {
            await _application.DisposeAsync();
        }

        _starting.Dispose();
    }

    private async Task<DistributedApplication> Application()
    {
        await _starting.WaitAsync();
        try
        {
            return _application ??= await Start();
        }
        finally
        {
            _starting.Release();
        }
    }

    private static async Task<DistributedApplication> Start()
    {
        using var patience = new CancellationTokenSource(StartPatience);
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Choir_AppHost>(
            ["--infrastructure", "local", "--ephemeral=true", $"--Parameters:api-key={ApiKey}"], patience.Token);
        var application = await builder.BuildAsync(patience.Token);
        await application.StartAsync(patience.Token);
        await application.ResourceNotifications.WaitForResourceHealthyAsync("gateway", patience.Token);
        return application;
    }
}

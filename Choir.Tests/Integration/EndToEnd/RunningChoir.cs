using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Choir.AppHost;
using Choir.Tests.Integration.EndToEnd;
using Choir.Tests.Support;
using Choir.Tests.Unit.AppHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

[assembly: AssemblyFixture(typeof(RunningChoir))]

namespace Choir.Tests.Integration.EndToEnd;

/// <summary>
/// A whole Choir for all end-to-end tests: the real AppHost with local infrastructure and ephemeral data. It is started by the
/// first test that uses it.
/// </summary>
public sealed class RunningChoir : IAsyncDisposable
{
    public const string ApiKey = "end-to-end-tests";

    private const string ProcessProperty = "executable.pid";

    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(4);

    private static readonly string[] Phases = ["action", "experience", "intention", "observation", "understanding", "yield"];

    private readonly SemaphoreSlim _starting = new(1, 1);
    private DistributedApplication? _application;

    /// <summary>The gateway's client, with the API key; the first call starts Choir.</summary>
    public async Task<HttpClient> GatewayAsync()
    {
        var client = (await ApplicationAsync()).CreateHttpClient("gateway");
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ApiKey);
        return client;
    }

    /// <summary>Executes a command of a resource, as the dashboard and the command line do.</summary>
    public async Task<ExecuteCommandResult> ExecuteAsync(string resource, string command, params (string Name, string Value)[] arguments) =>
        await (await ApplicationAsync()).ResourceCommands.ExecuteCommandAsync(
            resource,
            command,
            new InteractionInputCollection([.. arguments.Select(argument =>
                new InteractionInput { Name = argument.Name, InputType = InputType.Text, Value = argument.Value })]),
            TestContext.Current.CancellationToken);

    /// <summary>A resource as the dashboard shows it; any one if it has replicas.</summary>
    public async Task<CustomResourceSnapshot> SnapshotAsync(string resource)
    {
        var found = await (await ApplicationAsync()).ResourceNotifications.WaitForResourceAsync(
            resource, _ => true, TestContext.Current.CancellationToken);
        return found.Snapshot;
    }

    public async Task<string> DatabaseConnectionAsync() =>
        await (await ApplicationAsync()).GetConnectionStringAsync("choir") ?? throw new InvalidOperationException("No database.");

    /// <summary>The Ethereum node's response to a JSON-RPC call.</summary>
    public async Task<JsonElement> AskNodeAsync(string method, params object?[] parameters)
    {
        using var node = new HttpClient { BaseAddress = (await ApplicationAsync()).GetEndpoint("ethereum", "http") };
        var response = await node.PostAsJsonAsync(
            "/", new { jsonrpc = "2.0", id = 1, method, @params = parameters }, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        return (await ReadAsync(response)).GetProperty("result");
    }

    /// <summary>The ids of a resource's replicas.</summary>
    public async Task<IReadOnlyList<string>> ReplicasAsync(string resource)
    {
        var application = await ApplicationAsync();
        var model = application.Services.GetRequiredService<DistributedApplicationModel>();
        var found = new List<string>();
        await Replicas.FindAsync(
            application.ResourceNotifications, model.Resources.Single(one => one.Name == resource), found, TestContext.Current.CancellationToken);
        return found;
    }

    /// <summary>Collects what the terminal says about the end of a resource.</summary>
    internal async Task<ConcurrentQueue<string>> SaidAboutAsync(string resource)
    {
        var application = await ApplicationAsync();
        var said = new ConcurrentQueue<string>();
        var watched = application.Services.GetRequiredService<DistributedApplicationModel>().Resources.Single(one => one.Name == resource);
        _ = new EndedServices([watched], application.ResourceNotifications, application.Services.GetRequiredService<IHostApplicationLifetime>(), said.Enqueue)
            .WatchAsync();
        return said;
    }

    /// <summary>Waits until a replica has a state; one that runs must be healthy too.</summary>
    public async Task BecomesAsync(string resource, string replica, string state) =>
        await (await ApplicationAsync()).ResourceNotifications.WaitForResourceAsync(
            resource,
            change => change.ResourceId == replica && change.Snapshot.State?.Text == state
                && (state != KnownResourceStates.Running || change.Snapshot.HealthStatus == HealthStatus.Healthy),
            TestContext.Current.CancellationToken).WaitAsync(StartTimeout, TestContext.Current.CancellationToken);

    /// <summary>The id of a resource's process; of any one if it has replicas.</summary>
    public async Task<int> ProcessOfAsync(string resource) => await ProcessOfAsync(await ApplicationAsync(), resource);

    /// <inheritdoc cref="ProcessOfAsync(string)"/>
    internal static async Task<int> ProcessOfAsync(DistributedApplication application, string resource) =>
        ProcessOf(await StartedAsync(application, resource));

    private static async Task<ResourceEvent> StartedAsync(DistributedApplication application, string resource)
    {
        using var limit = new CancellationTokenSource(StartTimeout);
        return await application.ResourceNotifications.WaitForResourceAsync(
            resource, change => change.Snapshot.Properties.Any(property => property.Name == ProcessProperty && property.Value is not null), limit.Token);
    }

    private static int ProcessOf(ResourceEvent started) => Convert.ToInt32(
        started.Snapshot.Properties.First(property => property.Name == ProcessProperty).Value, CultureInfo.InvariantCulture);

    /// <summary>Creates a thread and returns its id.</summary>
    public static async Task<string> CreateThreadAsync(HttpClient gateway)
    {
        var response = await gateway.PostAsync(new Uri("/threads", UriKind.Relative), null, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        return (await ReadAsync(response)).GetProperty("threadId").GetString()!;
    }

    /// <summary>Sends a text and returns the completed cycle.</summary>
    public static async Task<JsonElement> ConverseAsync(HttpClient gateway, string threadId, string content)
    {
        var response = await gateway.PostAsJsonAsync(
            new Uri($"/threads/{threadId}/inputs?wait=30", UriKind.Relative), new { content }, TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.OK, response.StatusCode);
        var cycle = await ReadAsync(response);
        Assert.Equal("completed", cycle.GetProperty("status").GetString());
        return cycle;
    }

    /// <summary>The current state of a cycle.</summary>
    public static async Task<JsonElement> CycleAsync(HttpClient gateway, string threadId, string cycleId)
    {
        var address = new Uri($"/threads/{threadId}/cycles/{cycleId}", UriKind.Relative);
        var response = await gateway.GetAsync(address, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        return await ReadAsync(response);
    }

    /// <summary>Waits for a cycle's confirmed anchor.</summary>
    public static async Task<JsonElement> AnchorAsync(HttpClient gateway, string threadId, string cycleId)
    {
        JsonElement anchor = default;
        await Eventually.HoldsAsync("the anchor to be confirmed", async () =>
        {
            anchor = (await CycleAsync(gateway, threadId, cycleId)).GetProperty("anchor");
            return StatusOf(anchor) == "confirmed";
        });
        return anchor;
    }

    /// <summary>The status of a cycle, an anchor or a component; null if it does not exist yet.</summary>
    public static string? StatusOf(JsonElement part) =>
        part.ValueKind == JsonValueKind.Object ? part.GetProperty("status").GetString() : null;

    /// <summary>Asserts that each of the six phases is completed and has content.</summary>
    public static void AssertWentThroughSixPhases(JsonElement cycle)
    {
        var phases = cycle.GetProperty("phases").EnumerateArray().ToList();
        Assert.Equal(Phases, phases.Select(phase => phase.GetProperty("phase").GetString()));
        Assert.All(phases, phase =>
        {
            Assert.Equal("completed", StatusOf(phase));
            Assert.NotEmpty(phase.GetProperty("output").GetString()!);
        });
    }

    public static async Task<JsonElement> ReadAsync(HttpResponseMessage response) =>
        JsonElement.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

    public async ValueTask DisposeAsync()
    {
        if (_application is not null)
        {
            await _application.DisposeAsync();
        }

        _starting.Dispose();
    }

    private async Task<DistributedApplication> ApplicationAsync()
    {
        await _starting.WaitAsync();
        try
        {
            return _application ??= await StartAsync($"--Parameters:api-key={ApiKey}");
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>Starts the AppHost in this process, and waits until the gateway is healthy.</summary>
    /// <param name="arguments">Further arguments besides those for local infrastructure and ephemeral data.</param>
    internal static async Task<DistributedApplication> StartAsync(params string[] arguments)
    {
        using var limit = new CancellationTokenSource(StartTimeout);
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Choir_AppHost>(
            ["--infrastructure", "local", "--ephemeral=true", .. AppHostModel.OwnServers, .. arguments], limit.Token);

        // "dotnet test" prints the whole output of a failed run, which would include all health checks and service logs.
        builder.Services.AddLogging(logging => logging.ClearProviders().AddConsole().AddFilter(level => level >= LogLevel.Warning));
        var application = await builder.BuildAsync(limit.Token);
        await application.StartAsync(limit.Token);
        await application.ResourceNotifications.WaitForResourceHealthyAsync("gateway", limit.Token);
        return application;
    }
}

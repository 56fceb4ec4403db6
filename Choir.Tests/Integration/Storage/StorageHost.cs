using Choir.Contracts.Threads;
using Choir.Storage;
using Choir.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Choir.Tests.Integration.Storage;

/// <summary>A host with Choir's storage and nothing else.</summary>
internal sealed class StorageHost : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private readonly IHost _host;

    private StorageHost(IHost host, LogCollector logs) => (_host, Logs) = (host, logs);

    public LogCollector Logs { get; }

    public ThreadStore Threads => _host.Services.GetRequiredService<ThreadStore>();

    public NpgsqlDataSource Connections => _host.Services.GetRequiredService<NpgsqlDataSource>();

    public ThreadEventFeed Feed => _host.Services.GetRequiredService<ThreadEventFeed>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <param name="connectionString">The database.</param>
    /// <param name="settings">Further settings, such as <c>ConnectionStrings:choir-direct</c>.</param>
    public static async Task<StorageHost> StartAsync(string connectionString, params (string Name, string Value)[] settings)
    {
        var logs = new LogCollector();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration["ConnectionStrings:choir"] = connectionString;
        foreach (var (name, value) in settings)
        {
            builder.Configuration[name] = value;
        }

        builder.Logging.AddProvider(logs);
        builder.AddChoirStorage();
        builder.AddMetricsTarget(_ => ("http://10.0.0.1:8080", "host", "machine", "host-1"));
        var host = builder.Build();
        try
        {
            await host.StartAsync(Token).WaitAsync(Timeout, Token);
            return new StorageHost(host, logs);
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    public async Task<HealthReportEntry> HealthAsync() =>
        (await _host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Token).WaitAsync(Timeout, Token)).Entries["database"];

    /// <summary>Waits for a health status, and returns its reason.</summary>
    public async Task<string?> BecomesAsync(HealthStatus status)
    {
        HealthReportEntry health = default;
        await Eventually.HoldsAsync($"the database to be {status}", async () => (health = await HealthAsync()).Status == status);
        return health.Description;
    }

    public async Task<string> CreateThreadAsync()
    {
        var thread = ThreadIds.New(TimeProvider.System);
        await Threads.CreateThreadAsync(thread, Token);
        return thread;
    }

    public Task<InputAccepted?> AcceptAsync(string thread) =>
        Threads.AcceptInputAsync(thread, new SubmitInput("hello"), Guid.CreateVersion7(), Guid.CreateVersion7(), null, Token);

    /// <summary>The numbers of the first events of a thread.</summary>
    public async Task<List<long>> FollowAsync(string thread, int count)
    {
        var ids = new List<long>();
        await foreach (var one in Feed.FollowAsync(thread, 0, Token))
        {
            ids.Add(one.Id);
            if (ids.Count == count)
            {
                break;
            }
        }

        return ids;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None).WaitAsync(Timeout);
        _host.Dispose();
    }
}

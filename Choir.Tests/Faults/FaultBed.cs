using System.Net.Http.Headers;
using System.Text.Json;
using Choir.Storage;
using Choir.Tests.Support;
using Choir.Tests.Support.Hostile;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Choir.Tests.Faults;

/// <summary>
/// A Choir of real processes whose parts can be killed, frozen and cut off: Postgres, anvil, two actor hosts and a gateway. There are
/// proxies between the services and Postgres, between the services and the node, between the gateway and each host, and between the
/// hosts.
/// </summary>
internal sealed class FaultBed : IAsyncDisposable
{
    private const string Key = "the-key-of-the-fault-suite";
    private const int DiskMegabytes = 512;

    private readonly int _gatewayPort = Loopback.FreePort();
    private readonly List<RestartableService> _hosts = [];
    private readonly List<HostileNetwork> _toHosts = [];
    private readonly List<HostileNetwork> _betweenHosts = [];
    private readonly string _state;

    private FaultBed(PostgresServer postgres, AnvilProcess anvil, string state)
    {
        (Postgres, Anvil, _state) = (postgres, anvil, state);
        DirectDatabase = NpgsqlDataSource.Create(postgres.ConnectionString + ";Pooling=true;Maximum Pool Size=4;Timeout=5;Command Timeout=10");
        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_gatewayPort}"), Timeout = TimeSpan.FromSeconds(20) };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
    }

    public PostgresServer Postgres { get; }

    public AnvilProcess Anvil { get; private set; }

    /// <summary>The gateway's address stays the same when it is started again.</summary>
    public HttpClient Http { get; }

    /// <summary>The way of the services to Postgres, one proxy for the first host and one for the others.</summary>
    public required HostilePostgres[] Networks { get; init; }

    /// <summary>The way of the services to the node.</summary>
    public required HostileNode Node { get; init; }

    /// <summary>The ways of the gateway to each host.</summary>
    public IReadOnlyList<HostileNetwork> ToHosts => _toHosts;

    /// <summary>The ways of the other host to each host.</summary>
    public IReadOnlyList<HostileNetwork> BetweenHosts => _betweenHosts;

    /// <summary>The disk of Postgres; null if none can be mounted here.</summary>
    public SmallDisk? Disk { get; private init; }

    /// <summary>Connections to Postgres that pass no proxy.</summary>
    public NpgsqlDataSource DirectDatabase { get; }

    /// <summary>The actor hosts.</summary>
    public IReadOnlyList<RestartableService> Hosts => _hosts;

    public RestartableService Gateway { get; private set; } = null!;

    public static async Task<FaultBed> StartAsync()
    {
        var disk = await SmallDisk.TryMountAsync(DiskMegabytes);
        var postgres = await PostgresServer.StartAsync(keepsCommits: true, disk?.Folder);
        await SchemaMigrator.ApplyAsync(postgres.ConnectionString, NullLogger.Instance, CancellationToken.None);
        var state = Path.Combine(Path.GetTempPath(), $"choir-faults-{Guid.NewGuid():N}.json");
        var anvil = await AnvilProcess.StartAsync(0, "--state", state);
        var bed = new FaultBed(postgres, anvil, state)
        {
            Disk = disk,
            Networks = [HostilePostgres.Before(postgres.ConnectionString), HostilePostgres.Before(postgres.ConnectionString)],
            Node = await HostileNode.StartAsync(anvil.Url),
        };
        try
        {
            for (var number = 0; number < 2; number++)
            {
                var network = bed.Networks[number];
                var settings = bed.HostSettings();
                bed._hosts.Add(await RestartableService.StartAsync(
                    $"actor host {number + 1}", async () => await ActorHostProcess.StartAsync(Pooled(network), settings)));
            }

            bed.Gateway = await RestartableService.StartAsync(
                "gateway", async () => await GatewayProcess.StartAsync(Pooled(bed.Networks[1]), bed.GatewaySettings()));
            return bed;
        }
        catch
        {
            await bed.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts again what has ended by itself, as an orchestrator does, and names it.</summary>
    public async Task<IReadOnlyList<string>> RestartEndedAsync()
    {
        var ended = new List<string>();
        foreach (var service in _hosts.Append(Gateway))
        {
            if (await service.EnsureRunsAsync())
            {
                ended.Add(service.Name);
            }
        }

        return ended;
    }

    /// <summary>Stops anvil, which saves its state, and starts it again with that state after a while.</summary>
    public async Task RestartNodeAsync(Func<Task> meanwhile)
    {
        await Anvil.StopAsync();
        await meanwhile();
        Anvil = await AnvilProcess.StartAsync(0, "--state", _state);
        Node.Node = Anvil.Url;
    }

    /// <summary>Asks the node itself, not through the proxy.</summary>
    public async Task<JsonElement> AskNodeAsync(string method, params object[] parameters)
    {
        using var http = new HttpClient();
        using var request = new StringContent(
            JsonSerializer.Serialize(new { jsonrpc = "2.0", id = 1, method, @params = parameters }), new MediaTypeHeaderValue("application/json"));
        using var response = await http.PostAsync(Anvil.Url, request);
        var answer = JsonElement.Parse(await response.Content.ReadAsStringAsync());
        return answer.TryGetProperty("result", out var result) ? result : throw new InvalidOperationException($"{method}: {answer}");
    }

    /// <summary>Runs a statement directly on the database.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var command = DirectDatabase.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The last output of every service.</summary>
    public string Logs() => string.Join('\n', _hosts.Append(Gateway).Select(service => $"--- {service.Name}\n{service.Log}"));

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        foreach (var service in _hosts.Append(Gateway).OfType<RestartableService>())
        {
            await service.DisposeAsync();
        }

        foreach (var network in Networks.Concat(_toHosts).Concat(_betweenHosts))
        {
            await network.DisposeAsync();
        }

        await Node.DisposeAsync();
        await Anvil.DisposeAsync();
        File.Delete(_state);
        await DirectDatabase.DisposeAsync();
        await Postgres.DisposeAsync();
        if (Disk is not null)
        {
            await Disk.DisposeAsync();
        }
    }

    private (string, string)[] Settings() =>
    [
        ("Chain__Url", Node.Url.ToString()), ("PostChain__StallAfter", "00:00:04"), ("PostChain__ReminderPeriod", "00:00:05"),
        ("Storage__CommandTimeoutSeconds", "4"), ("Chain__ReviewInterval", "00:00:01"),
    ];

    /// <summary>Those of a host that the others reach through new proxies.</summary>
    private (string, string)[] HostSettings()
    {
        var (forHosts, forGateway) = (Loopback.FreePort(), Loopback.FreePort());
        _betweenHosts.Add(new HostileNetwork("127.0.0.1", forHosts));
        _toHosts.Add(new HostileNetwork("127.0.0.1", forGateway));
        return
        [
            .. Settings(),
            ("Silo__Port", $"{_betweenHosts[^1].Port}"), ("Silo__ListeningPort", $"{forHosts}"),
            ("Silo__GatewayPort", $"{_toHosts[^1].Port}"), ("Silo__ListeningGatewayPort", $"{forGateway}"),
        ];
    }

    private (string, string)[] GatewaySettings() =>
    [
        .. Settings(), ("CHOIR_API_KEY", Key), ("ASPNETCORE_URLS", $"http://127.0.0.1:{_gatewayPort}"),
    ];

    private static string Pooled(HostilePostgres network) =>
        new NpgsqlConnectionStringBuilder(network.ConnectionString) { Pooling = true, MaxPoolSize = 20 }.ConnectionString;
}

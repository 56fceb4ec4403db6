using System.Diagnostics.Metrics;
using Choir.ActorHost.Ledger;
using Choir.ActorHost.Ledger.Contract;
using Choir.ServiceDefaults.Health;
using Choir.Storage;
using Choir.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Nethereum.Contracts;
using Nethereum.Hex.HexConvertors.Extensions;
using Nethereum.JsonRpc.Client;
using Nethereum.RPC.Eth.DTOs;
using Nethereum.Web3;
using Newtonsoft.Json.Linq;
using Npgsql;
using NpgsqlTypes;

namespace Choir.Tests.Integration.Ledger;

/// <summary>A database and a chain for one test, and the hosts that use them.</summary>
internal sealed class LedgerTestBed : IAsyncDisposable
{
    private const int BlocksAtATime = 256;

    private readonly List<IHost> _hosts = [];
    private readonly HttpClient _http = new();

    private readonly EthereumClient? _other;
    private AnvilProcess? _anvil;

    private LedgerTestBed(NpgsqlDataSource database, AnvilProcess? anvil, EthereumClient? other)
    {
        Database = database;
        (_anvil, _other) = (anvil, other);
        Node = new RpcClient(Url, _http);
    }

    public NpgsqlDataSource Database { get; }

    public AnvilProcess Anvil
    {
        get => _anvil ?? throw new InvalidOperationException("The chain of this test is not anvil's.");
        set => _anvil = value;
    }

    /// <summary>The node's address.</summary>
    public Uri Url => _anvil?.Url ?? _other!.Url;

    /// <summary>A client of the chain that is independent of the ledger.</summary>
    public RpcClient Node { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<LedgerTestBed> CreateAsync(PostgresFixture postgres, params string[] anvil) =>
        new(NpgsqlDataSource.Create(await postgres.CreateDatabaseAsync()), await AnvilProcess.StartAsync(0, anvil), null);

    /// <summary>With another client than anvil.</summary>
    public static async Task<LedgerTestBed> CreateAsync(PostgresFixture postgres, EthereumClient client) =>
        new(NpgsqlDataSource.Create(await postgres.CreateDatabaseAsync()), null, client);

    /// <summary>The ledger's services of a new host. The test runs the rounds of the pump.</summary>
    public LedgerServices StartHost(params (string Option, string Value)[] options)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        var settings = new Dictionary<string, string?>
        {
            ["Chain:Url"] = Url.ToString(),
            ["Chain:PrivateKey"] = AnvilProcess.FirstPrivateKey,
            ["Chain:PollInterval"] = "00:00:00.05",
            ["Chain:MaxBackoff"] = "00:00:00.2",
            ["Chain:RpcTimeout"] = "00:00:02",
            ["Chain:ReviewInterval"] = "00:00:00.05",
        };
        foreach (var (option, value) in options)
        {
            settings["Chain:" + option] = value;
        }

        builder.Configuration.AddInMemoryCollection(settings);
        builder.Services.AddSingleton(Database);
        builder.Services.AddSingleton<IAnchoringMonitor, AnchoringMonitor>();
        builder.AddLedger();
        var host = builder.Build();
        _hosts.Add(host);
        return new LedgerServices(host.Services);
    }

    /// <summary>Adds a cycle to the outbox.</summary>
    public static async Task<Guid> AddAsync(LedgerServices host)
    {
        var cycle = Guid.CreateVersion7();
        await InsertAsync(host.Database, Guid.CreateVersion7(), cycle);
        return cycle;
    }

    /// <summary>Adds a cycle to an outbox, without the check that it is completed.</summary>
    public static async Task InsertAsync(NpgsqlDataSource database, Guid thread, Guid cycle, string? traceParent = null)
    {
        await using var command = database.CreateCommand(
            """
            INSERT INTO ledger_outbox (cycle_id, thread_id, cycle_hash, trace_parent, created_at, updated_at, next_attempt_at)
            VALUES ($1, $2, $3, $4, now(), now(), now())
            """);
        command.Parameters.AddWithValue(cycle);
        command.Parameters.AddWithValue(thread);
        command.Parameters.AddWithValue(HashOf(cycle));
        command.Parameters.Add(new NpgsqlParameter { Value = traceParent ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    public static async Task<Guid[]> AddAsync(LedgerServices host, int count)
    {
        var cycles = new Guid[count];
        for (var at = 0; at < count; at++)
        {
            cycles[at] = await AddAsync(host);
        }

        return cycles;
    }

    /// <summary>Adds a cycle to the outbox and runs rounds until it is confirmed.</summary>
    public async Task<Guid> AnchorAsync(LedgerServices host) => (await AnchorAsync(host, 1))[0];

    /// <summary>Adds cycles to the outbox at once and runs rounds until they are confirmed.</summary>
    public async Task<Guid[]> AnchorAsync(LedgerServices host, int count)
    {
        var cycles = await AddAsync(host, count);
        await ConfirmedAsync(host, cycles);
        return cycles;
    }

    /// <summary>Runs rounds until all cycles are confirmed.</summary>
    public Task ConfirmedAsync(LedgerServices host, params Guid[] cycles) => ReachesAsync(host, "confirmed", cycles);

    public async Task ReachesAsync(LedgerServices host, string status, params Guid[] cycles)
    {
        await Eventually.HoldsAsync($"{cycles.Length} cycles to be {status}", async () =>
        {
            await host.Pump.RunRoundAsync(Cancellation);
            return await CountAsync(status, cycles) == cycles.Length;
        });
    }

    /// <summary>Runs rounds until all cycles are where their outbox rows say.</summary>
    public Task OnChainAsync(LedgerServices host, params Guid[] cycles) =>
        Eventually.HoldsAsync($"{cycles.Length} cycles to be on the chain", async () =>
        {
            await host.Pump.RunRoundAsync(Cancellation);
            foreach (var cycle in cycles)
            {
                var row = await RowAsync(cycle);
                if (row.Status != "confirmed" || (await FindAsync(row.ContractAddress!, cycle)).Count == 0)
                {
                    return false;
                }
            }

            return true;
        });

    /// <summary>Runs rounds until a cycle's row meets a condition.</summary>
    public Task<OutboxRow> RowAsync(LedgerServices host, Guid cycle, string what, Func<OutboxRow, bool> condition) =>
        Eventually.GivesAsync(what, async () =>
        {
            await host.Pump.RunRoundAsync(Cancellation);
            var row = await RowAsync(cycle);
            return condition(row) ? row : null;
        });

    /// <summary>The rows of cycles, in their order.</summary>
    public async Task<List<OutboxRow>> RowsAsync(params Guid[] cycles)
    {
        var rows = new List<OutboxRow>();
        foreach (var cycle in cycles)
        {
            rows.Add(await RowAsync(cycle));
        }

        return rows;
    }

    public async Task<long> CountAsync(string status, Guid[] cycles)
    {
        await using var command = Database.CreateCommand(
            "SELECT count(*) FROM ledger_outbox WHERE status = $1 AND cycle_id = ANY($2)");
        command.Parameters.AddWithValue(status);
        command.Parameters.AddWithValue(cycles);
        return (long)(await command.ExecuteScalarAsync(Cancellation))!;
    }

    public async Task<OutboxRow> RowAsync(Guid cycle)
    {
        await using var command = Database.CreateCommand(
            """
            SELECT status, transaction_hash, block_number, gas_used, nonce, last_error, contract_address, attempts, stuck_reason
            FROM ledger_outbox WHERE cycle_id = $1
            """);
        command.Parameters.AddWithValue(cycle);
        await using var row = await command.ExecuteReaderAsync(Cancellation);
        Assert.True(await row.ReadAsync(Cancellation));
        return new OutboxRow(
            row.GetString(0), row[1] as string, row[2] as long?, row[3] as long?, row[4] as long?, row[5] as string,
            row[6] as string, row.GetInt32(7), row[8] as string);
    }

    /// <summary>Asserts that every cycle is on the chain exactly once, in the transaction of its outbox row.</summary>
    public async Task AssertOnChainOnceAsync(params Guid[] cycles)
    {
        foreach (var cycle in cycles)
        {
            var row = await RowAsync(cycle);
            Assert.Equal("confirmed", row.Status);
            var recorded = Assert.Single(await FindAsync(row.ContractAddress!, cycle));
            Assert.Equal(row.TransactionHash, recorded.Log.TransactionHash);
            Assert.Equal(row.BlockNumber, (long)recorded.Log.BlockNumber!.Value);
        }
    }

    public async Task<List<EventLog<CycleRecordedEvent>>> FindAsync(string contract, Guid cycle)
    {
        var events = new Web3(Node).Eth.GetEvent<CycleRecordedEvent>(contract);
        return await events.GetAllChangesAsync(events.CreateFilterInput(
            [HashOf(cycle).HexToByteArray()], new BlockParameter(0UL), BlockParameter.CreateLatest()));
    }

    /// <summary>
    /// A cycle that the chain has recorded by a transaction that the outbox does not know. The outbox has no other cycle.
    /// </summary>
    public async Task<(Guid Cycle, string Transaction)> RecordedAndForgottenAsync(LedgerServices host)
    {
        var cycle = await AddAsync(host);
        await ConfirmedAsync(host, cycle);
        var transaction = (await RowAsync(cycle)).TransactionHash!;
        await ExecuteAsync("UPDATE ledger_outbox SET status = 'pending', transaction_hash = NULL, nonce = NULL, block_number = NULL");
        return (cycle, transaction);
    }

    /// <summary>Runs a statement in the database.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    /// <summary>How many contracts are stored.</summary>
    public async Task<long> ContractsAsync()
    {
        await using var command = Database.CreateCommand("SELECT count(*) FROM ledger_contract");
        return (long)(await command.ExecuteScalarAsync(Cancellation))!;
    }

    /// <summary>A block as JSON text.</summary>
    public async Task<string> BlockAsync(string number) =>
        (await Node.SendRequestAsync<JToken>("eth_getBlockByNumber", null, number, false)).ToString();

    /// <summary>Calls a method of anvil.</summary>
    public Task<object> AnvilAsync(string method, params object[] parameters) =>
        Node.SendRequestAsync<object>(method, null, parameters);

    /// <summary>Mines blocks, few at a time: a busy machine needs longer for thousands than a request may last.</summary>
    public async Task MineAsync(int blocks)
    {
        for (var left = blocks; left > 0; left -= BlocksAtATime)
        {
            await AnvilAsync("anvil_mine", $"0x{Math.Min(left, BlocksAtATime):x}");
        }
    }

    public static string HashOf(Guid cycle) =>
        System.Security.Cryptography.SHA256.HashData(cycle.ToByteArray()).ToHex(prefix: true);

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            host.Dispose();
        }

        _http.Dispose();
        await Database.DisposeAsync();
        await (_anvil?.DisposeAsync() ?? _other!.DisposeAsync());
    }
}

/// <summary>The ledger's services of a host.</summary>
internal sealed class LedgerServices(IServiceProvider services)
{
    public IMeterFactory Meters { get; } = services.GetRequiredService<IMeterFactory>();

    public NpgsqlDataSource Database { get; } = services.GetRequiredService<NpgsqlDataSource>();

    public LedgerGauges Gauges { get; } = services.GetRequiredService<LedgerGauges>();

    public LedgerOutbox Outbox { get; } = services.GetRequiredService<LedgerOutbox>();

    public LedgerPump Pump { get; } = services.GetRequiredService<LedgerPump>();

    public LedgerContracts Contracts { get; } = services.GetRequiredService<LedgerContracts>();

    public IAnchoringMonitor Monitor { get; } = services.GetRequiredService<IAnchoringMonitor>();

    public ChainNode Node { get; } = services.GetRequiredService<ChainNode>();

    /// <summary>Collects the host's log records from now on.</summary>
    public LogCollector CollectLogs()
    {
        var logs = new LogCollector();
        services.GetRequiredService<ILoggerFactory>().AddProvider(logs);
        return logs;
    }
}

internal sealed record OutboxRow(
    string Status, string? TransactionHash, long? BlockNumber, long? GasUsed, long? Nonce, string? LastError,
    string? ContractAddress, int Attempts, string? StuckReason);

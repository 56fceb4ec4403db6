using Choir.Actors;
using Choir.Contracts.Threads;
using Choir.Storage;
using Choir.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Orleans.Hosting;

namespace Choir.Tests.Integration.PostChain;

/// <summary>Actor hosts with their own database, and a client of their cluster.</summary>
internal sealed class PostChainCluster : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(120);

    private readonly List<ActorHostProcess> _hosts = [];
    private readonly (string, string)[] _settings;
    private IHost? _client;

    private PostChainCluster(string connectionString, (string, string)[] settings)
    {
        ConnectionString = connectionString;
        _settings = settings;
        Database = NpgsqlDataSource.Create(connectionString);
        Threads = new ThreadStore(Database);
    }

    public string ConnectionString { get; }

    public NpgsqlDataSource Database { get; }

    public ThreadStore Threads { get; }

    public IReadOnlyList<ActorHostProcess> Hosts => _hosts;

    private IActorClient Actors => _client!.Services.GetRequiredService<IActorClient>();

    public static async Task<PostChainCluster> StartAsync(PostgresFixture postgres, params (string Name, string Value)[] settings) =>
        await StartAsync(await postgres.CreateDatabaseAsync(), settings);

    /// <param name="connectionString">A database with the schema.</param>
    /// <param name="settings">Settings of the hosts.</param>
    public static async Task<PostChainCluster> StartAsync(string connectionString, params (string Name, string Value)[] settings)
    {
        var cluster = new PostChainCluster(connectionString, settings);
        try
        {
            await cluster.AddHostAsync();
            await cluster.ConnectAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public async Task AddHostAsync() => _hosts.Add(await ActorHostProcess.StartAsync(ConnectionString, _settings));

    /// <summary>Kills every host.</summary>
    public async Task KillHostsAsync()
    {
        foreach (var host in _hosts)
        {
            await host.KillAsync();
        }

        _hosts.Clear();
    }

    public async Task<string> CreateThreadAsync()
    {
        var threadId = ThreadIds.New(TimeProvider.System);
        var reply = await AskAsync(threadId, ThreadMessages.CreateThread, new { });
        Assert.False(reply.IsError, reply.IsError ? reply.Error().Message : "");
        return threadId;
    }

    public async Task<InputAccepted> SubmitAsync(string threadId, string content, string? key = null) =>
        (await AskAsync(threadId, ThreadMessages.SubmitInput, new SubmitInput(content, key))).Read<InputAccepted>();

    public Task<ActorReply> AskAsync(string threadId, string type, object data) =>
        AskAsync(new ActorAddress(ThreadMessages.ActorType, threadId), type, data);

    /// <summary>Asks, and repeats while the actor is unavailable.</summary>
    public Task<ActorReply> AskAsync(ActorAddress target, string type, object data) => UntilAsync($"an answer to {type}", async () =>
    {
        try
        {
            return await Actors.Ask(target, type, ActorJson.Serialize(data));
        }
        catch (ActorUnavailableException)
        {
            return null;
        }
    });

    public void Tell(string actorType, string threadId, string type, object data) =>
        Actors.Tell(new ActorAddress(actorType, threadId), type, ActorJson.Serialize(data));

    /// <summary>Creates a thread, submits an input and waits for its answer.</summary>
    public async Task<CycleView> ConverseAsync(string content)
    {
        var accepted = await SubmitAsync(await CreateThreadAsync(), content);
        return await EndAsync(accepted.ThreadId, accepted.CycleId);
    }

    /// <summary>Waits for a cycle's end.</summary>
    public Task<CycleView> EndAsync(string threadId, string cycleId) => UntilAsync(
        $"the end of cycle {cycleId}",
        async () => await Threads.GetCycleAsync(threadId, cycleId) is { Status: not CycleStatus.Running } cycle ? cycle : null);

    public Task<T> UntilAsync<T>(string what, Func<Task<T?>> condition)
        where T : class =>
        Eventually.GivesAsync(what, condition, Timeout, () => $". The logs of the hosts:\n{string.Join('\n', _hosts.Select(host => host.Log))}");

    /// <summary>Locks a table until the result is disposed.</summary>
    public async Task<NpgsqlTransaction> LockAsync(string table)
    {
        var token = TestContext.Current.CancellationToken;
        var connection = await Database.OpenConnectionAsync(token);
        var transaction = await connection.BeginTransactionAsync(token);
        await using var command = new NpgsqlCommand($"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE", connection, transaction);
        await command.ExecuteNonQueryAsync(token);
        return transaction;
    }

    public async ValueTask DisposeAsync()
    {
        if (_client is not null)
        {
            // Limited, because the hosts may have stopped already.
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            await _client.StopAsync(limit.Token);
            _client.Dispose();
        }

        foreach (var host in _hosts)
        {
            await host.DisposeAsync();
        }

        await Database.DisposeAsync();
    }

    private async Task ConnectAsync()
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration["ConnectionStrings:choir"] = ConnectionString;
        builder.AddChoirStorage();
        builder.UseOrleansClient(client => client.UseChoirActors().UseChoirClustering());
        _client = builder.Build();
        await _client.StartAsync();
    }
}

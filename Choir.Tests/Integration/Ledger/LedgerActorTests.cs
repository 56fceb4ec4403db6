using Choir.ActorHost.Ledger;
using Choir.Actors;
using Choir.Contracts.Threads;
using Choir.Storage;
using Choir.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.TestingHost;

namespace Choir.Tests.Integration.Ledger;

/// <summary>The ledger actor in a cluster, with its timer and heartbeat.</summary>
public sealed class LedgerActorTests(PostgresFixture postgres) : IAsyncLifetime
{
    private LedgerTestBed _bed = null!;
    private InProcessTestCluster _cluster = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _bed = await LedgerTestBed.CreateAsync(postgres);
        _cluster = await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }

        if (_bed is not null)
        {
            await _bed.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_submitted_cycle_is_anchored()
    {
        var cycle = await SubmitAsync();
        await ConfirmedAsync(cycle);
        await _bed.AssertOnChainOnceAsync(cycle);
    }

    [Fact]
    public async Task Cycles_are_accepted_while_the_node_does_not_answer()
    {
        await ConfirmedAsync(await SubmitAsync());
        _bed.Anvil.Freeze();
        Guid[] cycles = [await SubmitAsync(), await SubmitAsync(), await SubmitAsync()];
        Assert.Equal(0, await _bed.CountAsync("confirmed", cycles));
        _bed.Anvil.Continue();
        await ConfirmedAsync(cycles);
        await _bed.AssertOnChainOnceAsync(cycles);
    }

    [Fact]
    public async Task Cycles_in_the_outbox_are_anchored_after_a_start_without_a_message()
    {
        await _cluster.DisposeAsync();
        var cycle = await LedgerTestBed.AddAsync(_bed.StartHost());
        _cluster = await StartAsync();
        await ConfirmedAsync(cycle);
        await _bed.AssertOnChainOnceAsync(cycle);
    }

    [Theory]
    [InlineData("no-uuid", "00000000-0000-0000-0000-000000000001", 64, "ThreadId")]
    [InlineData("00000000-0000-0000-0000-000000000001", "", 64, "CycleId")]
    [InlineData("00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002", 63, "CycleHash")]
    public async Task Invalid_data_is_answered_with_an_error_that_names_the_field(
        string threadId, string cycleId, int digits, string named)
    {
        var reply = await AskAsync(LedgerActor.Main, new SubmitTransaction(threadId, cycleId, new string('a', digits)));
        Assert.Equal(ErrorCodes.InvalidData, reply.Error().Code);
        Assert.Contains(named, reply.Error().Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_a_completed_cycle_with_its_own_thread_and_hash_is_accepted()
    {
        var cycle = await CompletedAsync();
        var running = await AcceptedAsync();
        SubmitTransaction[] wrong =
        [
            cycle with { ThreadId = running.ThreadId },
            cycle with { CycleId = Guid.CreateVersion7().ToString() },
            cycle with { CycleHash = new string('a', 64) },
            running,
        ];
        foreach (var message in wrong)
        {
            var reply = await AskAsync(LedgerActor.Main, message);
            Assert.Equal(ErrorCodes.InvalidData, reply.Error().Code);
            Assert.Equal(
                $"The thread {message.ThreadId} has no completed cycle {message.CycleId} with this hash.", reply.Error().Message);
        }

        Assert.False((await AskAsync(LedgerActor.Main, cycle)).IsError);
        await ConfirmedAsync(Guid.Parse(cycle.CycleId));
        await using var stored = _bed.Database.CreateCommand("SELECT string_agg(cycle_id::text, ',') FROM ledger_outbox");
        Assert.Equal(cycle.CycleId, await stored.ExecuteScalarAsync(Cancellation));
    }

    [Fact]
    public async Task Only_one_ledger_actor_accepts_cycles()
    {
        var id = Guid.NewGuid().ToString();
        var reply = await AskAsync(
            new ActorAddress(nameof(LedgerActor), "other"), new SubmitTransaction(id, id, new string('a', 64)));
        Assert.Contains("LedgerActor/main", reply.Error().Message, StringComparison.Ordinal);
    }

    private async Task<InProcessTestCluster> StartAsync()
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSiloHost((_, host) =>
        {
            host.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Chain:Url"] = _bed.Anvil.Url.ToString(),
                ["Chain:PrivateKey"] = AnvilProcess.FirstPrivateKey,
                ["Chain:PollInterval"] = "00:00:00.1",
                ["Chain:MaxBackoff"] = "00:00:00.5",
                ["Chain:RpcTimeout"] = "00:00:02",
            });
            host.Services.AddSingleton(_bed.Database);
            host.AddLedger();
        });
        builder.ConfigureSilo((_, silo) => silo.UseChoirActors().UseLittleMemory().UseInMemoryReminderService());
        builder.ConfigureClient(client => client.UseChoirActors());
        var started = builder.Build();
        await started.DeployAsync();
        var actors = started.Client.ServiceProvider.GetRequiredService<IActorClient>();
        await Eventually.HoldsAsync("the client to know the actors", () => actors.ActorTypes.Count > 0);
        return started;
    }

    private async Task<Guid> SubmitAsync()
    {
        var message = await CompletedAsync();
        Assert.False((await AskAsync(LedgerActor.Main, message)).IsError);
        return Guid.Parse(message.CycleId);
    }

    /// <summary>A completed cycle of a new thread.</summary>
    private async Task<SubmitTransaction> CompletedAsync()
    {
        var accepted = await AcceptedAsync();
        var hash = Convert.FromHexString(accepted.CycleHash[2..]);
        await new ThreadStore(_bed.Database).CompleteCycleAsync(
            Guid.Parse(accepted.CycleId), new CycleResult("Yes.", []), hash, Cancellation);
        return accepted;
    }

    /// <summary>A running cycle of a new thread.</summary>
    private async Task<SubmitTransaction> AcceptedAsync()
    {
        var store = new ThreadStore(_bed.Database);
        var (thread, cycle) = (ThreadIds.New(TimeProvider.System), Guid.CreateVersion7());
        await store.CreateThreadAsync(thread, Cancellation);
        await store.AcceptInputAsync(thread, new SubmitInput("Ice is cold."), cycle, cycle, null, Cancellation);
        return new SubmitTransaction(thread, cycle.ToString(), LedgerTestBed.HashOf(cycle));
    }

    private Task<ActorReply> AskAsync(ActorAddress target, SubmitTransaction message) =>
        _cluster.Client.ServiceProvider.GetRequiredService<IActorClient>().Ask(
            target, "SUBMIT_TRANSACTION", ActorJson.Serialize(message), cancellationToken: Cancellation);

    private Task ConfirmedAsync(params Guid[] cycles) => Eventually.HoldsAsync(
        $"{cycles.Length} cycles to be confirmed",
        async () => await _bed.CountAsync("confirmed", cycles) == cycles.Length);
}

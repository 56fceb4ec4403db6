using Choir.Actors;
using Choir.Contracts.Threads;
using Choir.Storage;
using Choir.Tests.Support;
using Microsoft.Extensions.Logging;

namespace Choir.Tests.Integration.Gateway;

/// <summary>A gateway with a real Postgres; the tests write the rows that the thread's actor would write.</summary>
public abstract class ThreadTestBase(DatabaseFixture database) : IClassFixture<DatabaseFixture>, IAsyncLifetime
{
    protected DatabaseFixture Database { get; } = database;

    private protected ThreadStore Store { get; } = new(database.DataSource);

    private protected GatewayUnderTest Gateway { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Gateway = await GatewayUnderTest.StartAsync(
            Database.ConnectionString, "Gateway:MaxEventStreams=2", "Gateway:Heartbeat=00:00:00.2");
        Gateway.Actors.Answer = ActAsync;
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Gateway.DisposeAsync();
        Assert.DoesNotContain(Gateway.Logs.Records, record => record.Level >= LogLevel.Error);
    }

    protected async Task<string> CreateAsync() => (await Gateway.PostAsync("/threads", content: null)).Text("threadId");

    protected async Task<Guid> RunningCycleAsync(string threadId)
    {
        RunningCycle? cycle = null;
        await Eventually.HoldsAsync("a running cycle", async () => (cycle = (await RunningAsync(threadId)).SingleOrDefault()) is not null);
        return cycle!.CycleId;
    }

    protected Task<IReadOnlyList<RunningCycle>> RunningAsync(string threadId) =>
        Store.RunningCyclesAsync(threadId, TestContext.Current.CancellationToken);

    protected async Task CompleteAsync(Guid cycleId) => await Store.CompleteCycleAsync(
        cycleId, new CycleResult("the answer", []), new byte[32], TestContext.Current.CancellationToken);

    protected async Task<ActorReply> ActAsync(ActorAddress target, string type, byte[] data, CancellationToken cancellationToken)
    {
        if (type == ThreadMessages.CreateThread)
        {
            await Store.CreateThreadAsync(target.Id, cancellationToken);
            return ActorReply.Of(ActorReply.DefaultType);
        }

        var accepted = await Store.AcceptInputAsync(
            target.Id, ActorJson.Deserialize<SubmitInput>(data), Guid.CreateVersion7(), Guid.CreateVersion7(), null, cancellationToken);
        return accepted is null
            ? ActorReply.Of(ThreadMessages.ThreadNotFound)
            : ActorReply.Of(ActorReply.DefaultType, accepted);
    }
}

using Choir.Actors;
using Choir.Actors.Operations;
using Choir.Observability;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Support;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;
using Orleans.TestingHost;

namespace Choir.Tests.Unit.Actors;

/// <summary>What is paused at an activation that leaves does not hold it up, and waits at the next one.</summary>
public sealed class LeavingWhilePausedTests : IAsyncLifetime
{
    private const string Worker = nameof(WorkerActor);
    private const string Counter = nameof(CounterActor);

    private readonly string _name = Guid.NewGuid().ToString("n");
    private ActorCluster _cluster = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IActorOperations Operations => _cluster.Cluster.Client.ServiceProvider.GetRequiredService<IActorOperations>();

    public async ValueTask InitializeAsync() => _cluster = await ActorCluster.StartAsync(silos: 2);

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task At_a_stale_activation()
    {
        await _cluster.AskAsync(Counter, _name, "INCREMENT", new Increment(1));
        await PauseAsync(Counter, "READ");
        var paused = _cluster.AskAsync(Counter, _name, "READ");
        await IsPausedAsync(Counter);
        _cluster.Storage.Overwrite(Counter, _name, new CounterState(100));
        Assert.True((await _cluster.AskAsync(Counter, _name, "INCREMENT", new Increment(1))).IsError);

        // The next activation handles messages while that one still waits.
        Assert.Equal(101, (await _cluster.AskAsync(Counter, _name, "INCREMENT", new Increment(1))).Read<CounterState>().Value);
        await IsPausedAsync(Counter);
        await Operations.EndQuarantineAsync(Counter, _name, "READ", Token);
        Assert.Equal(101, (await paused).Read<CounterState>().Value);
    }

    [Fact]
    public async Task At_an_activation_that_Orleans_deactivates()
    {
        var before = (await NoteAsync("before")).Read<Guid>();
        await PauseAsync(Worker, messageType: null);
        var paused = NoteAsync("paused");
        await IsPausedAsync(Worker);
        await Reminder.ReceiveReminder(_name, default, Token);
        await IsPausedAsync(Worker, count: 2);
        _cluster.Cluster.DeactivateAsync(GrainId.Create(Worker, _name)).Ignore();
        await Eventually.HoldsAsync("the activation to leave", () => Destroyed(DestroyReason.Deactivated) == 1);
        await IsPausedAsync(Worker, count: 2);
        Assert.Equal(["before"], Gates.Of(_name).Notes);

        await Operations.EndQuarantineAsync(Worker, _name, messageType: null, Token);
        Assert.NotEqual(before, (await paused).Read<Guid>());
        await Eventually.HoldsAsync("the reminder", () => Gates.Of(_name).Notes.Count == 3);
        Assert.Equal(["before", "paused", "reminder"], Gates.Of(_name).Notes.OrderBy(note => note, StringComparer.Ordinal));
    }

    [Fact]
    public async Task At_a_host_that_stops()
    {
        await NoteAsync("before");
        await PauseAsync(Worker, messageType: null);
        var paused = NoteAsync("paused");
        await IsPausedAsync(Worker);
        var host = _cluster.Cluster.Silos.Where((_, silo) => _cluster.TypeOf(Worker, silo).Live.Find(_name) is not null).Single();
        var stop = _cluster.Cluster.StopSiloAsync(host, Token);
        await Eventually.HoldsAsync("the host to stop", () => stop.IsCompleted);
        await stop;
        await IsPausedAsync(Worker);
        Assert.Equal(["before"], Gates.Of(_name).Notes);

        await Operations.EndQuarantineAsync(Worker, _name, messageType: null, Token);
        Assert.False((await paused).IsError);
        Assert.Equal(["before", "paused"], Gates.Of(_name).Notes);
    }

    [Fact]
    public void A_message_that_is_in_no_quarantine_of_its_type_costs_no_allocation()
    {
        var quarantine = new TypeQuarantine(
        [
            new Quarantine(Worker, "other", null, QuarantineMode.Pause, "", "", default),
            new Quarantine(Worker, null, "WORK", QuarantineMode.Skip, "", "", default),
        ]);
        Assert.Equal(QuarantineMode.Pause, quarantine.Of("other", "NOTE")?.Mode);
        Assert.Equal(QuarantineMode.Skip, quarantine.Of("one", "WORK")?.Mode);
        var (before, found) = (GC.GetAllocatedBytesForCurrentThread(), false);
        for (var i = 0; i < 1_000; i++)
        {
            found |= quarantine.Of("one", "NOTE") is not null;
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.False(found);
    }

    private IRemindable Reminder => _cluster.Cluster.Client.GetGrain<IRemindable>(GrainId.Create(Worker, _name));

    private long Destroyed(DestroyReason reason) =>
        _cluster.Cluster.Silos.Select((_, silo) => _cluster.TypeOf(Worker, silo).Destroyed((int)reason)).Sum();

    private Task IsPausedAsync(string type, int count = 1) =>
        Eventually.HoldsAsync($"{count} to be paused", () => _cluster.PausedAt(type, _name) == count);

    private Task<QuarantineView> PauseAsync(string type, string? messageType) => Operations.SetQuarantineAsync(
        new Quarantine(type, _name, messageType, QuarantineMode.Pause, "as told", "the tests", default), TimeSpan.FromMinutes(10), Token);

    private Task<ActorReply> NoteAsync(string note) => _cluster.AskAsync(Worker, _name, "NOTE", new Work(_name, note));
}

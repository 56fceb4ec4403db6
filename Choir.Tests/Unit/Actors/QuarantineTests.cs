using Choir.Actors;
using Choir.Actors.Hosting;
using Choir.Actors.Operations;
using Choir.Observability;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Orleans;
using Orleans.Runtime;

namespace Choir.Tests.Unit.Actors;

/// <summary>An operator takes actors out of service for a time.</summary>
public sealed class QuarantineTests : IAsyncLifetime
{
    private const string Worker = nameof(WorkerActor);

    private static readonly TimeSpan TenMinutes = TimeSpan.FromMinutes(10);

    private readonly string _name = Guid.NewGuid().ToString("n");
    private readonly FakeTimeProvider _time = new();
    private ActorCluster _cluster = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IActorOperations Operations => _cluster.Cluster.Client.ServiceProvider.GetRequiredService<IActorOperations>();

    // The quarantines end by the clock of the test.
    public async ValueTask InitializeAsync() => _cluster = await ActorCluster.StartAsync(
        configure: options => options.MailboxCapacity = 3,
        configureSilo: silo => silo.Services.AddSingleton(services => new Quarantines(services.GetRequiredService<ActorTypes>(), _time)));

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task The_messages_of_a_paused_actor_wait_in_order_until_the_quarantine_ends()
    {
        await NoteAsync(_name, "before");
        var view = await SetAsync(_name, messageType: null, QuarantineMode.Pause);
        Assert.Equal((Worker, _name, "the tests", 1), (view.Quarantines[0].Type, view.Quarantines[0].Id, view.Quarantines[0].By, view.Hosts.Answered.Count));
        var waiting = new List<Task<ActorReply>>();
        foreach (var note in new[] { "1", "2", "3" })
        {
            // One after another, because messages that are sent at once may arrive in any order.
            waiting.Add(NoteAsync(_name, note));
            await Eventually.HoldsAsync("the message to wait", () => _cluster.TypeOf(Worker).QueueLength == waiting.Count);
        }

        // As many as the queue takes; other actors are not affected, nor is a restart.
        Assert.Equal(ErrorCodes.MailboxFull, (await NoteAsync(_name, "4")).Error().Code);
        Assert.False((await NoteAsync($"{_name}-other", "other")).IsError);
        await Operations.RestartAsync(new ActorAddress(Worker, _name), Token);
        Assert.Equal(["before", "other"], Gates.Of(_name).Notes);

        await Operations.EndQuarantineAsync(Worker, _name, messageType: null, Token);
        Assert.All(await Task.WhenAll(waiting), reply => Assert.False(reply.IsError));
        Assert.Equal(["before", "other", "1", "2", "3"], Gates.Of(_name).Notes);
        Assert.Equal(0, _cluster.TypeOf(Worker).QueueLength);
    }

    [Fact]
    public async Task The_messages_of_a_skipped_type_are_refused_until_the_quarantine_expires()
    {
        await SetAsync(id: null, messageType: null, QuarantineMode.Skip);
        var refused = await NoteAsync(_name, "refused");
        Assert.Equal(ErrorCodes.Quarantined, refused.Error().Code);
        Assert.Contains("as told", refused.Error().Message, StringComparison.Ordinal);
        _cluster.Tell(Worker, _name, "NOTE", new Work(_name, "refused too"));
        Assert.Equal(DeadLetterReasons.Quarantined, (await _cluster.DeadLetters.OfAsync("NOTE")).Reason);
        Assert.All(_cluster.RecordsOf(Worker), record => Assert.Equal(Outcome.Rejected, record.Outcome));

        _time.Advance(TenMinutes);
        await Eventually.HoldsAsync("the quarantine to expire", async () => !(await NoteAsync(_name, "handled")).IsError);
        Assert.All(Gates.Of(_name).Notes, note => Assert.Equal("handled", note));
        Assert.Empty((await Operations.QuarantinesAsync(Worker, _name, Token)).Quarantines);
    }

    [Fact]
    public async Task A_quarantine_of_a_message_type_leaves_the_others_alone_and_applies_to_messages_that_are_queued_already()
    {
        var held = _cluster.AskAsync(Worker, _name, "WORK", new Work(_name));
        await Eventually.HoldsAsync("the actor to be busy", () => Gates.Of(_name).Arrived == 1);
        var queued = NoteAsync(_name, "queued");
        await Eventually.HoldsAsync("a message to wait", () => _cluster.WaitingAt(Worker, _name) == 1);
        await SetAsync(id: null, "NOTE", QuarantineMode.Skip);
        Gates.Of(_name).Open();

        Assert.False((await held).IsError);
        Assert.Equal(ErrorCodes.Quarantined, (await queued).Error().Code);
        Assert.False((await _cluster.AskAsync(Worker, _name, "NOTE_REQUEST_CONTEXT")).IsError);

        // A second one with the same target replaces the first, one with another does not.
        await SetAsync(id: null, "NOTE", QuarantineMode.Pause);
        Assert.Equal(2, (await SetAsync(_name, messageType: null, QuarantineMode.Pause)).Quarantines.Count);
        await Assert.ThrowsAsync<ActorErrorException>(() => Operations.QuarantinesAsync("NoSuch", null, Token));
    }

    [Fact]
    public async Task Paused_messages_take_no_room_in_the_queue_and_run_before_newer_ones()
    {
        await SetAsync(_name, "NOTE", QuarantineMode.Pause);
        var paused = new List<Task<ActorReply>>();
        foreach (var note in new[] { "1", "2", "3" })
        {
            paused.Add(NoteAsync(_name, note));
            await Eventually.HoldsAsync("the message to be paused", () => _cluster.PausedAt(Worker, _name) == paused.Count);
        }

        var refused = (await NoteAsync(_name, "one too many")).Error();
        Assert.Equal((ErrorCodes.MailboxFull, true), (refused.Code, refused.Message.Contains("paused: as told", StringComparison.Ordinal)));
        var others = new List<Task<ActorReply>>();
        foreach (var work in new[] { "a", "b", "c" })
        {
            others.Add(_cluster.AskAsync(Worker, _name, "WORK", new Work(_name, work)));
            await Eventually.HoldsAsync(
                "the message to wait", () => Gates.Of(_name).Arrived == 1 && _cluster.WaitingAt(Worker, _name) == 3 + others.Count - 1);
        }

        Assert.Equal(5, _cluster.TypeOf(Worker).QueueLength);
        await Operations.EndQuarantineAsync(Worker, _name, "NOTE", Token);
        others.Add(NoteAsync(_name, "newer"));
        await Eventually.HoldsAsync("the newer message to wait", () => _cluster.WaitingAt(Worker, _name) == 6);
        Gates.Of(_name).Open();

        Assert.All(await Task.WhenAll([.. paused, .. others]), reply => Assert.False(reply.IsError));
        Assert.Equal(["begin a", "end a", "1", "2", "3", "begin b", "end b", "begin c", "end c", "newer"], Gates.Of(_name).Notes);
        Assert.Equal(0, _cluster.TypeOf(Worker).QueueLength);
    }

    [Fact]
    public async Task A_paused_message_that_its_sender_cancels_makes_room()
    {
        await SetAsync(_name, messageType: null, QuarantineMode.Pause);
        using var cancel = new CancellationTokenSource();
        var cancelled = _cluster.Client.Ask(
            new ActorAddress(Worker, _name), "NOTE", ActorJson.Serialize(new Work(_name, "cancelled")), null, cancel.Token);
        await Eventually.HoldsAsync("the message to be paused", () => _cluster.PausedAt(Worker, _name) == 1);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        await Eventually.HoldsAsync("room", () => _cluster.PausedAt(Worker, _name) == 0 && _cluster.TypeOf(Worker).QueueLength == 0);

        await Operations.EndQuarantineAsync(Worker, _name, messageType: null, Token);
        Assert.False((await NoteAsync(_name, "next")).IsError);
        Assert.Equal(["next"], Gates.Of(_name).Notes);
    }

    [Fact]
    public async Task A_timer_of_a_paused_actor_waits()
    {
        var work = _cluster.AskAsync(Worker, _name, "WORK_WITH_TIMER", new Work(_name));
        await Eventually.HoldsAsync("the timer to wait in the queue", () => _cluster.WaitingAt(Worker, _name) == 1);
        await SetAsync(_name, messageType: null, QuarantineMode.Pause);
        Gates.Of(_name).Open();
        Assert.False((await work).IsError);
        await Eventually.HoldsAsync("the timer to be paused", () => _cluster.PausedAt(Worker, _name) == 1);
        Assert.DoesNotContain("timer", Gates.Of(_name).Notes);

        await Operations.EndQuarantineAsync(Worker, _name, messageType: null, Token);
        await Eventually.HoldsAsync("the timer to run", () => Gates.Of(_name).Notes.Contains("timer"));
        Assert.Equal(0, _cluster.WaitingAt(Worker, _name));
    }

    [Fact]
    public async Task A_reminder_of_a_paused_actor_runs_once_afterwards_however_often_it_was_due()
    {
        Assert.False((await NoteAsync(_name, "before")).IsError);
        await SetAsync(_name, messageType: null, QuarantineMode.Pause);
        for (var due = 0; due < 5; due++)
        {
            // It holds up no other call meanwhile.
            await _cluster.Cluster.Client.GetGrain<IRemindable>(GrainId.Create(Worker, _name)).ReceiveReminder(_name, default, Token);
        }

        Assert.Equal(1, _cluster.PausedAt(Worker, _name));
        Assert.Equal(["before"], Gates.Of(_name).Notes);
        await Operations.EndQuarantineAsync(Worker, _name, messageType: null, Token);
        await Eventually.HoldsAsync("the reminder to run", () => Gates.Of(_name).Notes.Contains("reminder"));

        // Reminders are calls that run one after another, so a second one would have run before this one.
        await _cluster.Cluster.Client.GetGrain<IRemindable>(GrainId.Create(Worker, _name)).ReceiveReminder(_name, default, Token);
        Assert.Equal(["before", "reminder", "reminder"], Gates.Of(_name).Notes);
    }

    [Fact]
    public async Task The_actors_to_which_health_checks_send_messages_cannot_be_put_in_quarantine()
    {
        foreach (var id in (string?[])[null, "health-1-0"])
        {
            var refused = await Assert.ThrowsAsync<ActorErrorException>(() => Operations.SetQuarantineAsync(
                new Quarantine("test_actor", id, null, QuarantineMode.Skip, "as told", "the tests", default), TenMinutes, Token));
            Assert.Equal(ErrorCodes.InvalidData, refused.Error.Code);
            Assert.Contains("readiness probes", refused.Error.Message, StringComparison.Ordinal);
        }

        Assert.Empty((await Operations.EndQuarantineAsync("test_actor", null, null, Token)).Quarantines);
        Assert.Single((await Operations.SetQuarantineAsync(
            new Quarantine("test_actor", _name, null, QuarantineMode.Skip, "as told", "the tests", default), TenMinutes, Token)).Quarantines);
    }

    private Task<QuarantineView> SetAsync(string? id, string? messageType, QuarantineMode mode) =>
        Operations.SetQuarantineAsync(new Quarantine(Worker, id, messageType, mode, "as told", "the tests", default), TenMinutes, Token);

    private Task<ActorReply> NoteAsync(string id, string note) => _cluster.AskAsync(Worker, id, "NOTE", new Work(_name, note));
}

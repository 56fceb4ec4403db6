using System.Text.Json;
using Choir.Actors;
using Choir.Actors.Inspection;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Choir.Tests.Unit.Actors.Inspection;

public sealed class ActorViewTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_view_has_the_state_without_secrets_the_messages_and_the_state_changes()
    {
        await using var cluster = await InspectedCluster.StartAsync();
        await cluster.Actors.AskAsync(nameof(SecretiveActor), "s", "KEEP", new Secretive("one"));
        await cluster.Actors.AskAsync(nameof(SecretiveActor), "s", "KEEP", new Secretive("one", "very-hush", "text"));
        await cluster.Actors.AskAsync(nameof(SecretiveActor), "other", "KEEP", new Secretive("other"));
        var view = await LookAsync(cluster, nameof(SecretiveActor), "s");

        var state = view.Live!.State!;
        Assert.Equal((false, 2), (state.IsCut, state.Version));
        Assert.True(state.SizeBytes > 0);
        Assert.Equal("one", JsonElement.Parse(state.Json).GetProperty("name").GetString());
        Assert.DoesNotContain("hush", state.Json, StringComparison.Ordinal);
        Assert.Equal([2, 1], view.StateChanges.Select(change => change.Version!.Value));
        Assert.Equal(["apiToken", "text"], view.StateChanges[0].Keys.Order());
        Assert.Equal(["KEEP", "KEEP"], view.Messages.Select(message => message.MessageType));
        Assert.Equal(view.StateChanges[0].MessageId, view.Messages[0].MessageId);
        Assert.Contains(view.Live.Host, view.Hosts.Answered);
        Assert.Null(view.Live.Running);
    }

    [Fact]
    public async Task A_view_of_a_busy_actor_has_its_running_message_its_queue_and_the_replies_it_awaits()
    {
        await using var cluster = await InspectedCluster.StartAsync();
        var gate = cluster.Gate();
        var (first, last) = (await cluster.NewActorAsync(), await cluster.NewActorAsync());
        var asked = cluster.Actors.AskAsync(nameof(ErrandActor), first, "GO", new Errand([last], gate));
        await Eventually.HoldsAsync("the last actor to be in its handler", () => Gates.Of(gate).Arrived == 1);
        var queued = cluster.Actors.AskAsync(nameof(ErrandActor), first, "IDLE");
        var live = await Eventually.GivesAsync("a running, a queued and an awaited message", async () =>
            (await LookAsync(cluster, nameof(ErrandActor), first)).Live is { Running: not null, QueueLength: 1, WaitsFor.Count: 1 } live ? live : null);

        Assert.Equal("GO", live.Running!.MessageType);
        Assert.Equal((last, "GO"), (live.WaitsFor[0].ActorId, live.WaitsFor[0].MessageType));
        Assert.True(live.Running.Since <= live.WaitsFor[0].Since.AddMilliseconds(1));
        Assert.Null(live.State);
        Gates.Of(gate).Open();
        await Task.WhenAll(asked, queued);
    }

    [Fact]
    public async Task A_view_of_an_actor_that_is_being_loaded_says_for_how_long()
    {
        await using var cluster = await InspectedCluster.StartAsync();
        var gate = cluster.Gate();
        var id = ErrandActor.IdThatStartsAt(gate);
        Assert.Null((await LookAsync(cluster, nameof(ErrandActor), id)).LoadingForMs);
        var asked = cluster.Actors.AskAsync(nameof(ErrandActor), id, "IDLE");
        await Eventually.HoldsAsync("the actor to start", () => Gates.Of(gate).Arrived == 1);
        var first = await LookAsync(cluster, nameof(ErrandActor), id);
        var second = await LookAsync(cluster, nameof(ErrandActor), id);
        Assert.Null(first.Live);
        Assert.True(first.LoadingForMs >= 0 && second.LoadingForMs > first.LoadingForMs, $"{first.LoadingForMs} ms, then {second.LoadingForMs} ms");
        Assert.Null((await LookAsync(cluster, nameof(ErrandActor), "another")).LoadingForMs);

        Gates.Of(gate).Open();
        await asked;
        var loaded = await LookAsync(cluster, nameof(ErrandActor), id);
        Assert.NotNull(loaded.Live);
        Assert.Null(loaded.LoadingForMs);
    }

    [Fact]
    public async Task A_view_of_an_actor_whose_timer_runs_says_for_how_long()
    {
        await using var cluster = await InspectedCluster.StartAsync(silos: 1);
        var gate = cluster.Gate();
        await cluster.Actors.AskAsync(nameof(ErrandActor), "t", "START_TIMER", new Errand([], gate));
        await Eventually.HoldsAsync("the timer to run", () => Gates.Of(gate).Arrived == 1);
        var live = await Eventually.GivesAsync("a timer that runs", async () =>
            (await LookAsync(cluster, nameof(ErrandActor), "t")).Live is { UpkeepForMs: > 0 } live ? live : null);

        Assert.Null(live.Running);
        Gates.Of(gate).Open();
        await Eventually.HoldsAsync("the timer to end", async () =>
            (await LookAsync(cluster, nameof(ErrandActor), "t")).Live is { UpkeepForMs: null, Running: null });
    }

    [Fact]
    public async Task A_view_of_an_actor_that_waits_for_its_restart_says_when_it_is_and_why()
    {
        var pause = TimeSpan.FromHours(1);
        await using var cluster = await ActorCluster.StartAsync(configure: options =>
            (options.FailuresBeforeRestart, options.RestartBackoff, options.MaxRestartBackoff) = (3, pause, pause));
        var inspection = cluster.Cluster.Client.ServiceProvider.GetRequiredService<IActorInspection>();
        for (var failure = 0; failure < 3; failure++)
        {
            Assert.Null((await inspection.ActorAsync(new ActorAddress("CounterActor", "r"), Token)).Live?.RestartsAt);
            await cluster.AskAsync("CounterActor", "r", "THROW");
        }

        cluster.Tell("CounterActor", "r", "READ", new Increment(0));
        var live = await Eventually.GivesAsync("a message that waits", async () =>
            (await inspection.ActorAsync(new ActorAddress("CounterActor", "r"), Token)).Live is { QueueLength: 1 } live ? live : null);
        Assert.Equal((null, 3), (live.Running, live.FailuresInARow));
        Assert.InRange(live.RestartsAt!.Value, TimeProvider.System.GetUtcNow().AddMinutes(50), TimeProvider.System.GetUtcNow() + pause);
        Assert.Null((await inspection.ActorAsync(new ActorAddress("CounterActor", "other"), Token)).Live?.RestartsAt);
    }

    [Fact]
    public async Task Inspecting_an_actor_does_not_activate_it()
    {
        await using var cluster = await InspectedCluster.StartAsync();
        var view = await LookAsync(cluster, nameof(CounterActor), "never-met");

        Assert.Null(view.Live);
        Assert.Empty(view.Messages);
        Assert.Equal(0, (await cluster.Inspection.TypeAsync(nameof(CounterActor), Token)).Figures.Count);
    }

    [Fact]
    public async Task A_view_of_a_deactivated_actor_has_its_recorded_messages()
    {
        await using var cluster = await InspectedCluster.StartAsync();
        await cluster.Actors.AskAsync(nameof(CounterActor), "left", "INCREMENT", new Increment(1));
        cluster.Actors.Storage.Overwrite(nameof(CounterActor), "left", new CounterState(5));
        await cluster.Actors.AskAsync(nameof(CounterActor), "left", "INCREMENT", new Increment(1));
        var view = await Eventually.GivesAsync("the stale activation to be deactivated", async () =>
            await LookAsync(cluster, nameof(CounterActor), "left") is { Live: null } view ? view : null);

        Assert.Equal(["error", "ok"], view.Messages.Select(message => message.Outcome));
        Assert.NotNull(view.Messages[0].Error);
        Assert.Single(view.StateChanges);
    }

    [Fact]
    public async Task A_long_state_is_cut_and_marked_as_cut()
    {
        await using var cluster = await InspectedCluster.StartAsync(silos: 1);
        await cluster.Actors.AskAsync(nameof(SecretiveActor), "long", "KEEP", new Secretive(Text: new string('x', 100_000)));
        var state = (await LookAsync(cluster, nameof(SecretiveActor), "long")).Live!.State!;

        Assert.True(state.IsCut);
        Assert.Equal(65_536, state.Json.Length);
        Assert.True(state.SizeBytes > 100_000);
    }

    [Fact]
    public async Task A_host_that_does_not_answer_is_listed_as_missing()
    {
        await using var cluster = await InspectedCluster.StartAsync();
        var gate = cluster.Gate();
        await cluster.Actors.AskAsync(nameof(BlockingStateActor), "s", "KEEP", new BlockingState(gate));
        var view = await LookAsync(cluster, nameof(BlockingStateActor), "s");

        Assert.Null(view.Live);
        var missing = Assert.Single(view.Hosts.Missing);
        Assert.DoesNotContain(missing, view.Hosts.Answered);
        Assert.Single(view.Hosts.Answered);
        Gates.Of(gate).Open();
        await Eventually.HoldsAsync("both hosts to answer again", async () =>
            await LookAsync(cluster, nameof(BlockingStateActor), "s") is { Live: not null, Hosts.Answered.Count: 2 });
    }

    private static Task<ActorView> LookAsync(InspectedCluster cluster, string type, string id) =>
        cluster.Inspection.ActorAsync(new ActorAddress(type, id), Token);
}

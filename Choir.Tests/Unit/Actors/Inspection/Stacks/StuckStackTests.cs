using Choir.Actors;
using Choir.Actors.Inspection;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Support;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Choir.Tests.Unit.Actors.Inspection.Stacks;

/// <summary>Where stuck handlers stand, as the hosts report it.</summary>
public sealed class StuckStackTests
{
    private const string Here = "Choir.Tests.Unit.Actors.Inspection.Stacks.StandingActor.";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_handler_that_asks_stands_at_the_line_of_the_ask_and_awaits_the_actor()
    {
        await using var cluster = await StartAsync();
        var (stack, end) = await StandAsync(cluster, "ask", "worker/1");

        Assert.Equal(["method", "ask"], stack.Frames.Select(frame => frame.Kind));
        Assert.Equal(($"{Here}Stand", StandingActor.LineOf("ask")), (stack.Frames[0].Name, stack.Frames[0].Line));
        Assert.EndsWith("StandingActors.cs", stack.Frames[0].File, StringComparison.Ordinal);
        Assert.Equal(("WorkerActor/worker/1", "WORK"), (stack.Frames[1].Name, stack.Frames[1].MessageType));
        await end();
        Assert.Empty((await cluster.Inspection.StuckAsync(Token)).Handlers);
    }

    [Theory]
    [InlineData("ask-all")]
    [InlineData("ask-two")]
    public async Task A_handler_that_asks_several_awaits_each_of_them(string how)
    {
        await using var cluster = await StartAsync();
        var (stack, end) = await StandAsync(cluster, how, "one", "two");

        Assert.Equal(($"{Here}Stand", StandingActor.LineOf(how)), (stack.Frames[0].Name, stack.Frames[0].Line));
        Assert.StartsWith("Task.WhenAll", stack.Frames[1].Name, StringComparison.Ordinal);
        Assert.Equal(["WorkerActor/one", "WorkerActor/two"], stack.Frames.Where(frame => frame is { Kind: "ask", Depth: 1 }).Select(frame => frame.Name));
        Assert.Equal(4, stack.Frames.Count);
        await end();
    }

    [Fact]
    public async Task A_handler_that_writes_its_state_stands_in_the_storage_behind_one_frame_of_the_library()
    {
        var gate = Guid.NewGuid().ToString("n");
        await using var cluster = await StartAsync(services => services.AddKeyedSingleton<IGrainStorage>("Default", new WaitingStorage(gate)));
        var (stack, end) = await StandAsync(cluster, "write", gate);

        Assert.Equal(($"{Here}Stand", StandingActor.LineOf("write")), (stack.Frames[0].Name, stack.Frames[0].Line));
        Assert.Equal(("library", "Choir.Actors.Actor<TState>.UpdateState"), (stack.Frames[1].Kind, stack.Frames[1].Name));
        Assert.Single(stack.Frames, frame => frame.Kind == "library");
        Assert.Single(stack.Frames, frame => frame.Name.EndsWith("WaitingStorage.WriteStateAsync", StringComparison.Ordinal) && frame.Line is not null);
        Gates.Of(gate).Open();
        await end();
    }

    [Fact]
    public async Task A_handler_that_blocks_its_thread_after_an_await_is_said_to_run()
    {
        await using var cluster = await StartAsync();
        var (stack, end) = await StandAsync(cluster, "block", stack => stack.Frames is [.., { Kind: "running" }]);

        Assert.Equal([("method", $"{Here}Stand", null), ("running", "runs at this moment", null)], stack.Frames.Select(frame => (frame.Kind, frame.Name, frame.Line)));
        await end();
    }

    [Fact]
    public async Task A_timer_stands_in_its_own_method()
    {
        await using var cluster = await StartAsync();
        var (stack, end) = await StandAsync(cluster, "timer");

        Assert.Equal(($"{Here}WaitAsync", StandingActor.LineOf("timer")), (stack.Frames[0].Name, stack.Frames[0].Line));
        Assert.Equal("TaskCompletionSource", stack.Frames[1].Name);
        await end();
    }

    [Fact]
    public async Task A_handler_that_has_not_awaited_anything_says_so()
    {
        await using var cluster = await StartAsync();
        var gate = cluster.Gate();
        var asked = cluster.Actors.AskAsync(nameof(ErrandActor), "blocks", "GO", new Errand([], gate, BlocksThread: true));
        var handler = await Eventually.GivesAsync("the handler", async () => (await cluster.Inspection.StuckAsync(Token)).Handlers.SingleOrDefault());

        Assert.Empty(handler.Stack!.Frames);
        Assert.Contains("has not awaited anything", handler.Stack.Problem, StringComparison.Ordinal);
        Gates.Of(gate).Open();
        await asked;
    }

    [Fact]
    public async Task Where_async_methods_are_arranged_differently_the_rest_is_reported_and_the_reason()
    {
        await using var cluster = await StartAsync(services => services.AddSingleton(new AsyncNames(State: "other")));
        var (stack, end) = await StandAsync(cluster, "ask", stack => stack.Problem is not null, "worker");

        Assert.Empty(stack.Frames);
        Assert.Contains("arranged differently", stack.Problem, StringComparison.Ordinal);
        await end();
    }

    [Fact]
    public async Task An_actor_keeps_nothing_of_a_handler_that_has_ended()
    {
        await using var cluster = await StartAsync();
        var (_, end) = await StandAsync(cluster, "ask", "worker");
        var actor = cluster.Actors.FindLive(nameof(StandingActor), "standing")!;
        Assert.NotNull(actor.Suspended);
        await end();

        Assert.Null(actor.Suspended);
    }

    private static Task<InspectedCluster> StartAsync(Action<IServiceCollection>? configure = null) => InspectedCluster.StartAsync(
        silos: 1, options => options.SlowAfter = TimeSpan.FromMilliseconds(100), silo => configure?.Invoke(silo.Services));

    /// <summary>Makes an actor stand where it stays, until the returned function is called.</summary>
    private static Task<(HandlerPosition Stack, Func<Task> End)> StandAsync(InspectedCluster cluster, string how, params string[] targets) =>
        StandAsync(cluster, how, stack => stack.Frames is [.., { Kind: not "running" }], targets);

    private static async Task<(HandlerPosition Stack, Func<Task> End)> StandAsync(
        InspectedCluster cluster, string how, Predicate<HandlerPosition> stands, params string[] targets)
    {
        var gate = cluster.Gate();
        var asked = cluster.Actors.AskAsync(nameof(StandingActor), "standing", "STAND", new Stand(how, gate, targets));
        var stack = await Eventually.GivesAsync("the handler to be stuck where it stays", async () =>
            (await cluster.Inspection.StuckAsync(Token)).Handlers.SingleOrDefault(handler => handler.ActorType == nameof(StandingActor))?.Stack is { } stack
                && stands(stack) ? stack : null);
        return (stack, async () =>
        {
            Gates.Of(gate).Open();
            Assert.False((await asked).IsError);
            await Eventually.HoldsAsync("nothing to be stuck", async () => await cluster.Inspection.StuckAsync(Token) is { Handlers: [] });
        });
    }

    /// <summary>Waits at a gate before it stores anything.</summary>
    private sealed class WaitingStorage(string gate) : IGrainStorage
    {
        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Task.CompletedTask;

        public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
            await Gates.Of(gate).PassAsync(CancellationToken.None);

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Task.CompletedTask;
    }
}

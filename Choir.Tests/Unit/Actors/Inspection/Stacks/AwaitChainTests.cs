using Choir.Observability;
using Choir.Actors.Inspection;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Telemetry.Support;
using static Choir.Tests.Unit.Actors.Inspection.Stacks.StandingMethods;

namespace Choir.Tests.Unit.Actors.Inspection.Stacks;

public sealed class AwaitChainTests
{
    private const string Here = "Choir.Tests.Unit.Actors.Inspection.Stacks.StandingMethods.";

    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void This_runtime_arranges_async_methods_as_it_is_known() => Assert.Null(StackCheck.Problem(new AsyncNames()));

    [Fact]
    public void Another_arrangement_is_told_in_a_sentence()
    {
        Assert.All(
            [new AsyncNames(Machine: "Other"), new AsyncNames(State: "other"), new AsyncNames(Awaiter: "other")],
            names => Assert.Contains("arranged differently", StackCheck.Problem(names), StringComparison.Ordinal));
        var actor = LooseActors.Of("still");
        var turn = Assert.Single(((IObservedActor)actor).ReadTurns());
        Assert.Contains("arranged differently", new StackReader(new AsyncNames(Machine: "Other")).Read(actor, turn).Problem, StringComparison.Ordinal);
        Assert.Contains("has not awaited anything", new StackReader(new AsyncNames()).Read(actor, turn).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whether_a_turn_awaits_an_answer_is_unknown_if_its_stack_does_not_tell()
    {
        var stacks = new StackReader(new AsyncNames());
        Assert.Null(stacks.AwaitsAnswer(Turn(null), []));
        Assert.False(stacks.AwaitsAnswer(Turn(_gate.Task), []));
        var other = new TaskCompletionSource().Task;
        Assert.Null(stacks.AwaitsAnswer(Turn(Task.WhenAll(_gate.Task, other)), []));
        Assert.False(stacks.AwaitsAnswer(Turn(Task.WhenAny(_gate.Task, other)), []));
        var running = OuterAsync(_gate.Task);
        await StandingAsync(running, 4);
        Assert.False(stacks.AwaitsAnswer(Turn(running), []));
        Assert.Null(new StackReader(new AsyncNames(Machine: "Other")).AwaitsAnswer(Turn(running), []));
        await EndAsync(running);

        static ObservedTurn Turn(Task? task) => new(0, "GO", default, default, task);
    }

    [Fact]
    public async Task Each_method_is_named_with_the_line_at_which_it_awaits()
    {
        var running = OuterAsync(_gate.Task);
        var chain = await StandingAsync(running, 4);

        Assert.Equal([$"{Here}OuterAsync", $"{Here}MiddleAsync", $"{Here}PooledAsync", "TaskCompletionSource"], chain.Frames.Select(frame => frame.Name));
        AssertLines(chain, ("OuterAsync", "outer"), ("MiddleAsync", "middle"), ("PooledAsync", "pooled"));
        await EndAsync(running);
    }

    [Theory]
    [InlineData("AwaitPooledAsync", "await-pooled", "PooledAsync", "pooled")]
    [InlineData("LambdaAsync (lambda)", "lambda", "LambdaAsync.LocalAsync", "local")]
    [InlineData("ReadAllAsync", "foreach", "NumbersAsync", "iterator")]
    public async Task Value_tasks_lambdas_local_functions_and_iterators_are_followed(string method, string at, string inner, string innerAt)
    {
        var running = method switch { "AwaitPooledAsync" => AwaitPooledAsync(_gate.Task), "ReadAllAsync" => ReadAllAsync(_gate.Task), _ => LambdaAsync(_gate.Task) };
        var chain = await StandingAsync(running, method.Contains("lambda", StringComparison.Ordinal) ? 4 : 3);

        Assert.Equal("TaskCompletionSource", chain.Frames[^1].Name);
        AssertLines(chain, (method, at), (inner, innerAt));
        if (method != "AwaitPooledAsync")
        {
            await EndAsync(running);
        }
    }

    [Fact]
    public async Task What_is_awaited_at_the_end_is_named()
    {
        using var semaphore = new SemaphoreSlim(0);
        using var source = new CancellationTokenSource();
        var never = new TaskCompletionSource<string>();
        // The delay is what the test looks at; it does not wait for it.
#pragma warning disable RS0030
        Assert.Equal("Task.Delay", End(AwaitAsync(Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, source.Token))));
#pragma warning restore RS0030
        Assert.Equal("SemaphoreSlim.WaitAsync", End(AwaitAsync(semaphore.WaitAsync(Token))));
        Assert.Equal("SemaphoreSlim.WaitAsync", End(AwaitAsync(semaphore.WaitAsync(TimeSpan.FromMinutes(1), source.Token))));
        Assert.Equal("TaskCompletionSource<String>", End(AwaitAsync(never.Task)));
        Assert.Equal("TaskCompletionSource<String>", End(AwaitAsync(never.Task.WaitAsync(source.Token))));
        Assert.Equal("Task.Run of an async method", End(AwaitAsync(Task.Run(() => AwaitAsync(never.Task), Token))));
        Assert.Equal($"{Here}OwnAwaiter", End(AwaitOwnAsync(_gate.Task)));
        await source.CancelAsync();

        static string End(Task running) => Walk(running).Frames[^1].Name;
    }

    [Fact]
    public async Task A_task_that_runs_on_a_thread_is_named_by_its_method()
    {
        using var open = new ManualResetEventSlim();
        var running = AwaitAsync(Task.Run(() => open.Wait(Token), Token));
        Assert.Equal($"Task.Run of {typeof(AwaitChainTests).FullName}.{nameof(A_task_that_runs_on_a_thread_is_named_by_its_method)} (lambda)", Walk(running).Frames[^1].Name);
        open.Set();
        await running;
    }

    [Fact]
    public async Task Unfinished_branches_are_listed_and_bounded()
    {
        var branches = Enumerable.Range(0, 20).Select(_ => ResultAsync(_gate.Task)).ToArray();
        var all = AwaitAsync(Task.WhenAll([.. branches, Task.FromResult(1)]));
        var any = AwaitAsync(Task.WhenAny(branches));
        var two = AwaitAsync(Task.WhenAny(branches[0], branches[1]));
        var listed = AwaitAsync(Task.WhenAny(branches.Skip(1).Select(branch => (Task)branch)));

        AssertBranches(Walk(any), "Task.WhenAny, 20 unfinished", AwaitChain.MaxBranches);
        AssertBranches(Walk(two), "Task.WhenAny, 2 unfinished", 2);
        AssertBranches(Walk(listed), "Task.WhenAny, 19 unfinished", AwaitChain.MaxBranches);
        AssertBranches(Walk(all), "Task.WhenAll, 20 unfinished", AwaitChain.MaxBranches);
        Assert.True(Walk(any).IsCut);
        Assert.False(Walk(two).IsCut);
        _gate.SetResult();
        await Task.WhenAll(all, any, two, listed);

        static void AssertBranches(AwaitChain chain, string name, int count)
        {
            var at = Assert.Single(chain.Frames, frame => frame.Kind == AwaitFrame.Branches);
            Assert.Equal((name, 0), (at.Name, at.Depth));
            Assert.Equal(count, chain.Frames.Count(frame => frame is { Kind: AwaitFrame.Method, Depth: 1 } && frame.Name.EndsWith("ResultAsync", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task A_deep_chain_is_cut()
    {
        var running = DeepAsync(_gate.Task, 1_000);
        var chain = Walk(running);

        Assert.Equal((AwaitChain.MaxFrames, true), (chain.Frames.Count, chain.IsCut));
        await EndAsync(running);
    }

    [Fact]
    public async Task A_method_that_awaits_itself_does_not_hold_up_the_walk()
    {
        var self = new TaskCompletionSource<Task>();
        var running = AwaitItselfAsync();
        self.SetResult(running);
        var chain = await StandingAsync(running, 2);

        Assert.EndsWith(nameof(AwaitItselfAsync), chain.Frames[0].Name, StringComparison.Ordinal);
        Assert.Equal([AwaitFrame.Method, AwaitFrame.Other], chain.Frames.Select(frame => frame.Kind));
        Assert.Contains("awaits its own end", chain.Frames[1].Name, StringComparison.Ordinal);
        Assert.False(chain.IsCut);

        async Task AwaitItselfAsync()
        {
            await await self.Task;
        }
    }

    [Fact]
    public void No_code_of_the_awaited_object_is_called() =>
        Assert.Equal($"{Here}HostileTask", Walk(AwaitAsync(new HostileTask())).Frames[^1].Name);

    [Fact]
    public void A_method_without_symbols_has_no_line()
    {
        using var semaphore = new SemaphoreSlim(0);
        using var source = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var frame = Walk(AwaitAsync(semaphore.WaitAsync(TimeSpan.FromMinutes(1), source.Token))).Frames[1];
        Assert.StartsWith("System.Threading.SemaphoreSlim.", frame.Name, StringComparison.Ordinal);
        Assert.Null(frame.Line);
    }

    [Fact]
    public async Task Symbols_whose_opening_blocks_are_left_out_and_not_opened_again()
    {
        using var never = new ManualResetEventSlim();
        var opened = 0;
        var lines = new SourceLines(
            _ =>
            {
                Interlocked.Increment(ref opened);
                never.Wait(Token);
                return null;
            },
            TimeSpan.FromMilliseconds(50));
        var running = OuterAsync(_gate.Task);
        var machine = running.GetType().GetGenericArguments()[^1];
        Assert.True(typeof(System.Runtime.CompilerServices.IAsyncStateMachine).IsAssignableFrom(machine), machine.FullName);
        Assert.NotNull(machine.GetMethod("MoveNext", System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Public));

        Assert.Null(lines.Find(machine, 0));
        await Eventually.HoldsAsync("the file to be opened", () => Volatile.Read(ref opened) == 1);
        Assert.Null(lines.Find(machine, 0));
        Assert.Equal(1, Volatile.Read(ref opened));
        Assert.NotNull(new SourceLines().Find(machine, 0));
        never.Set();
        await EndAsync(running);
    }

    [Fact]
    public async Task A_running_method_is_read_without_a_mixture_of_two_moments()
    {
        using var stop = new CancellationTokenSource();
        var running = Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => RunAsync(stop.Token), Token)));
        var methods = Enumerable.Range(0, 2).Select(_ => RunAsync(stop.Token)).ToArray();
        var lines = new HashSet<int?>();
        await Eventually.HoldsAsync("both lines to be seen", () =>
        {
            for (var i = 0; i < 2_000; i++)
            {
                var frames = Walk(methods[i % 2]).Frames;
                if (frames is [{ Line: { } line }, { Kind: AwaitFrame.Method } inner, ..])
                {
                    lines.Add(line);
                    Assert.Equal(line == LineOf("one") ? "OneAsync" : "OtherAsync", inner.Name.Split('.')[^1]);
                }

                Assert.All(frames, frame => Assert.True(frame.Line is null || frame.File!.EndsWith("StandingMethods.cs", StringComparison.Ordinal)));
            }

            return lines.SetEquals([LineOf("one"), LineOf("other")]);
        });
        await stop.CancelAsync();
        await running;
    }

    [Theory]
    [InlineData(new byte[] { 0x02, 0x16, 0x25, 0x0A, 0x7D, 1, 0, 0, 4 }, 0)]
    [InlineData(new byte[] { 0x02, 0x1E, 0x25, 0x0A, 0x7D, 1, 0, 0, 4 }, 8)]
    [InlineData(new byte[] { 0x02, 0x1F, 0x16, 0x25, 0x0B, 0x7D, 1, 0, 0, 4 }, 22)]
    [InlineData(new byte[] { 0x02, 0x20, 0x2C, 1, 0, 0, 0x25, 0x0A, 0x7D, 1, 0, 0, 4 }, 300)]
    [InlineData(new byte[] { 0x03, 0x16, 0x25, 0x0A, 0x7D, 1, 0, 0, 4 }, null)]
    [InlineData(new byte[] { 0x02, 0x16, 0x26, 0x0A, 0x7D, 1, 0, 0, 4 }, null)]
    [InlineData(new byte[] { 0x25, 0x0A }, null)]
    public void The_number_of_an_await_is_read_from_the_code_before_it(byte[] code, int? state) =>
        Assert.Equal(state, SourceLines.StateBefore(code, code.Length));

    private static AwaitChain Walk(Task running) => new StackReader(new AsyncNames()).Walk(running, []);

    private static async Task<AwaitChain> StandingAsync(Task running, int frames)
    {
        // Where it yields it only stops for a moment.
        AwaitChain? chain = null;
        await Eventually.HoldsAsync("the method to stand", () =>
            (chain = Walk(running)).Frames.Count >= frames && chain.Frames[^1] is { Kind: not AwaitFrame.Running, Name: not "Task.Yield" });
        return chain!;
    }

    private static void AssertLines(AwaitChain chain, params (string Method, string Mark)[] expected) => Assert.All(expected, one =>
    {
        var frame = Assert.Single(chain.Frames, frame => frame.Name == Here + one.Method);
        Assert.EndsWith("StandingMethods.cs", frame.File, StringComparison.Ordinal);
        Assert.Equal(LineOf(one.Mark), frame.Line);
    });

    private static async Task<int> ResultAsync(Task gate)
    {
        await gate;
        return 1;
    }

    private async Task EndAsync(Task running)
    {
        _gate.SetResult();
        await running;
    }
}

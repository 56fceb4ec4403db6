using Choir.Actors.Inspection;
using Orleans.Runtime;

namespace Choir.Tests.Unit.Actors.Inspection.Stacks;

/// <summary>Tasks are followed up to what awaits them.</summary>
public sealed class AwaitersTests
{
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_task_is_followed_over_methods_and_over_tasks_that_do_not_hold_what_they_wait_for()
    {
        var inner = AwaitAsync(_gate.Task);
        var (first, second) = (AwaitAsync(Task.WhenAll(inner, Task.CompletedTask)), AwaitAsync(Task.WhenAny(inner, new TaskCompletionSource().Task)));
        var third = inner.WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System, Token);
        Assert.All([inner, first, second, third], task => Assert.True(Awaiters.Reach(_gate.Task, one => one == task)));
        var apart = AwaitAsync(new TaskCompletionSource().Task);
        Assert.False(Awaiters.Reach(_gate.Task, one => one == apart));
        Assert.False(Awaiters.Reach(first, one => one == inner));
        _gate.SetResult();
        await Task.WhenAll(inner, first, second, third);
        Assert.False(Awaiters.Reach(_gate.Task, one => one == inner));
    }

    [Fact]
    public async Task What_awaited_a_task_until_another_ended_first_does_not_await_it_any_more()
    {
        var other = new TaskCompletionSource();
        var any = AwaitAsync(Task.WhenAny(_gate.Task, other.Task));
        other.SetResult();
        await any;
        Assert.False(Awaiters.Reach(_gate.Task, one => one == any));
    }

    [Fact]
    public void Code_that_goes_on_by_other_means_than_await_may_end_any_task_unless_Orleans_ignores_the_answer()
    {
        var other = new TaskCompletionSource();
        var waiting = AwaitAsync(other.Task);
        _gate.Task.Ignore();
        Assert.False(Awaiters.Reach(_gate.Task, one => one == waiting));
        _gate.Task.ContinueWith(_ => other.SetResult(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).Ignore();
        Assert.Null(Awaiters.Reach(_gate.Task, one => one == waiting));
    }

    [Fact]
    public void A_callback_may_end_any_task()
    {
        _gate.Task.GetAwaiter().OnCompleted(() => { });
        Assert.Null(Awaiters.Reach(_gate.Task, _ => false));
    }

    private static async Task AwaitAsync(Task task) => await task;
}

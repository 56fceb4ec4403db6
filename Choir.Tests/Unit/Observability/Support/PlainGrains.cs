using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace Choir.Tests.Unit.Observability.Support;

/// <summary>An ordinary grain: it knows nothing of Choir.</summary>
public interface IShelf : IGrainWithStringKey
{
    Task<int> PutAsync(int count);

    ValueTask<int> LookAsync();

    Task DropAsync(string message);

    [OneWay]
    Task WipeAsync();

    Task<int> BorrowAsync(string other, int count);

    [AlwaysInterleave]
    Task WaitAsync(string gate);

    Task LeaveAsync();

    Task<TItem> EchoAsync<TItem>(TItem item);
}

/// <inheritdoc cref="IShelf"/>
[GrainType("shelf")]
public sealed class ShelfGrain : Grain, IShelf
{
    private int _count;

    public override Task OnActivateAsync(CancellationToken cancellationToken) =>
        this.GetPrimaryKeyString().StartsWith("broken", StringComparison.Ordinal) ? throw new InvalidOperationException("The shelf is broken.") : Task.CompletedTask;

    public Task<int> PutAsync(int count) => Task.FromResult(_count += count);

    public ValueTask<int> LookAsync() => new(_count);

    public Task DropAsync(string message) => throw new NotSupportedException(message);

    public Task WipeAsync()
    {
        _count = 0;
        return Task.CompletedTask;
    }

    public async Task<int> BorrowAsync(string other, int count)
    {
        await GrainFactory.GetGrain<IShelf>(other).PutAsync(-count);
        return await PutAsync(count);
    }

    public Task WaitAsync(string gate) => Gates.Of(gate);

    public Task LeaveAsync()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public Task<TItem> EchoAsync<TItem>(TItem item) => Task.FromResult(item);
}

/// <summary>Tasks that tests complete.</summary>
public static class Gates
{
    private static readonly System.Collections.Concurrent.ConcurrentDictionary<string, TaskCompletionSource> All = new();

    public static Task Of(string gate) => Source(gate).Task;

    public static void Open(string gate) => Source(gate).TrySetResult();

    /// <summary>Whether somebody has asked for the task.</summary>
    public static bool IsAsked(string gate) => All.ContainsKey(gate);

    private static TaskCompletionSource Source(string gate) => All.GetOrAdd(gate, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}

/// <summary>Opens gates at the end of a test that fails: a silo does not stop while a grain blocks its thread.</summary>
public sealed class OpenGates(params string[] gates) : IDisposable
{
    public void Dispose() => Array.ForEach(gates, Gates.Open);
}

/// <summary>A generic grain.</summary>
public interface IBox<TItem> : IGrainWithStringKey
{
    Task KeepAsync(TItem item);
}

/// <inheritdoc cref="IBox{TItem}"/>
[GrainType("box`1")]
public sealed class BoxGrain<TItem> : Grain, IBox<TItem>
{
    public Task KeepAsync(TItem item) => Task.CompletedTask;
}

/// <summary>A stateless worker.</summary>
public interface ISorter : IGrainWithIntegerKey
{
    Task SortAsync(string gate);
}

/// <inheritdoc cref="ISorter"/>
[GrainType("sorter"), StatelessWorker(3)]
public sealed class SorterGrain : Grain, ISorter
{
    public Task SortAsync(string gate) => Gates.Of(gate);
}

/// <summary>A grain with stored state.</summary>
public interface ILedgerBook : IGrainWithStringKey
{
    Task WriteAsync(string text);

    Task ReadAsync();

    Task ClearAsync();

    Task LeaveAsync();
}

/// <summary>The state of <see cref="LedgerBookGrain"/>.</summary>
[GenerateSerializer, Alias("Choir.Tests.BookPage")]
public sealed class BookPage
{
    [Id(0)]
    public string Text { get; set; } = "";
}

/// <inheritdoc cref="ILedgerBook"/>
[GrainType("ledger_book")]
public sealed class LedgerBookGrain([PersistentState("page")] IPersistentState<BookPage> page) : Grain, ILedgerBook
{
    public Task WriteAsync(string text)
    {
        page.State.Text = text;
        return page.WriteStateAsync();
    }

    public Task ReadAsync() => page.ReadStateAsync();

    public Task ClearAsync() => page.ClearStateAsync();

    public Task LeaveAsync()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}

/// <summary>A grain that waits: for the next of a chain of such grains, and the last one for a gate.</summary>
public interface IWaiter : IGrainWithStringKey
{
    Task FollowAsync(string[] next, string gate);

    Task BlockAsync(string gate);

    [AlwaysInterleave]
    Task WaitAsync(string gate);

    [AlwaysInterleave]
    Task HoldAsync(string gate);

    Task TellAsync(string other, string gate);

    [OneWay]
    Task HearAsync(string gate);

    Task LogAsync(string text);

    [ResponseTimeout("00:00:00.2")]
    Task TireAsync(string gate);

    Task GiveUpAsync(string gate, CancellationToken cancellationToken);

    Task AskLateAsync(string other, string gate);

    Task LetCallBackAsync(string other, string gate);
}

/// <inheritdoc cref="IWaiter"/>
[GrainType("waiter")]
public sealed partial class WaiterGrain(ILogger<WaiterGrain> logger) : Grain, IWaiter
{
    public async Task FollowAsync(string[] next, string gate)
    {
        await (next.Length == 0 ? Gates.Of(gate) : GrainFactory.GetGrain<IWaiter>(next[0]).FollowAsync(next[1..], gate));
    }

    public Task BlockAsync(string gate)
    {
        Gates.Of(gate).Wait();
        return Task.CompletedTask;
    }

    public Task WaitAsync(string gate) => Gates.Of(gate);

    public Task HoldAsync(string gate) => BlockAsync(gate);

    public async Task TellAsync(string other, string gate)
    {
        await GrainFactory.GetGrain<IWaiter>(other).HearAsync(gate);
        await Gates.Of(gate);
    }

    public Task HearAsync(string gate) => Gates.Of(gate);

    public Task LogAsync(string text)
    {
        Log(logger, text);
        return Task.CompletedTask;
    }

    public Task TireAsync(string gate) => Gates.Of(gate);

    public Task GiveUpAsync(string gate, CancellationToken cancellationToken) => Gates.Of(gate).WaitAsync(cancellationToken);

    public Task AskLateAsync(string other, string gate)
    {
        this.RegisterGrainTimer(() => GrainFactory.GetGrain<IWaiter>(other).FollowAsync([], gate), new GrainTimerCreationOptions(TimeSpan.Zero, Timeout.InfiniteTimeSpan));
        return Task.CompletedTask;
    }

    public async Task LetCallBackAsync(string other, string gate)
    {
        using var section = RequestContext.AllowCallChainReentrancy();
        await GrainFactory.GetGrain<IWaiter>(other).FollowAsync([this.GetPrimaryKeyString()], gate);
    }

    [LoggerMessage(1, LogLevel.Debug, "{Text}")]
    private static partial void Log(ILogger logger, string text);
}

/// <summary>A grain whose constructor throws.</summary>
public interface IUnmade : IGrainWithStringKey
{
    Task AskAsync();
}

/// <inheritdoc cref="IUnmade"/>
[GrainType("unmade")]
public sealed class UnmadeGrain : Grain, IUnmade
{
    public UnmadeGrain() => throw new InvalidOperationException("It cannot be made.");

    public Task AskAsync() => Task.CompletedTask;
}

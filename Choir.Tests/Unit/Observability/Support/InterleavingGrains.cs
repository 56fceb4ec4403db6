using Orleans.Concurrency;

namespace Choir.Tests.Unit.Observability.Support;

/// <summary>A grain that takes calls while it waits.</summary>
public interface IDesk : IGrainWithStringKey
{
    Task HoldAsync(string gate);

    Task AskAsync(string clerk, string gate);

    Task SendTwiceAsync(string clerk, string gate);
}

/// <inheritdoc cref="IDesk"/>
[GrainType("desk"), Reentrant]
public sealed class DeskGrain : Grain, IDesk
{
    public Task HoldAsync(string gate) => Gates.Of(gate);

    public async Task AskAsync(string clerk, string gate)
    {
        await FirstCalls.Apart();
        await GrainFactory.GetGrain<IClerk>(clerk).HoldAsync(gate);
    }

    // The clerk takes one after the other.
    public async Task SendTwiceAsync(string clerk, string gate)
    {
        await FirstCalls.Apart();
        var target = GrainFactory.GetGrain<IClerk>(clerk);
        await Task.WhenAll(target.ReturnAsync(this.GetPrimaryKeyString(), gate), target.ReturnAsync(this.GetPrimaryKeyString(), gate));
    }
}

/// <summary>A grain that takes one call after the other.</summary>
public interface IClerk : IGrainWithStringKey
{
    Task PassAsync();

    Task HoldAsync(string gate);

    Task ReturnAsync(string desk, string gate);

    Task UsePoolAsync(string gate);

    Task FollowAsync(string[] next);

    Task FollowLateAsync(string[] next);

    Task ForgetAsync(string other, string gate);

    [AlwaysInterleave]
    Task LeaveAsync();
}

/// <inheritdoc cref="IClerk"/>
[GrainType("clerk")]
public sealed class ClerkGrain : Grain, IClerk
{
    public Task PassAsync() => Task.CompletedTask;

    public Task HoldAsync(string gate) => Gates.Of(gate);

    public async Task ReturnAsync(string desk, string gate)
    {
        await FirstCalls.Apart();
        await GrainFactory.GetGrain<IDesk>(desk).HoldAsync(gate);
    }

    public async Task UsePoolAsync(string gate)
    {
        await FirstCalls.Apart();
        await GrainFactory.GetGrain<IPool>(0).HoldAsync(gate);
    }

    public async Task FollowAsync(string[] next)
    {
        await FirstCalls.Apart();
        await (next.Length == 0 ? Task.CompletedTask : GrainFactory.GetGrain<IClerk>(next[0]).FollowAsync(next[1..]));
    }

    public Task FollowLateAsync(string[] next)
    {
        this.RegisterGrainTimer(() => FollowAsync(next), new GrainTimerCreationOptions(TimeSpan.Zero, Timeout.InfiniteTimeSpan));
        return Task.CompletedTask;
    }

    // What it asks waits for its turn here, but nothing here waits for the answer.
    public async Task ForgetAsync(string other, string gate)
    {
        await FirstCalls.Apart();
        GrainFactory.GetGrain<IClerk>(other).FollowAsync([this.GetPrimaryKeyString()]).Ignore();
        await Gates.Of(gate);
    }

    public Task LeaveAsync()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        this.GetPrimaryKeyString().StartsWith("slow-", StringComparison.Ordinal) ? Gates.Of(this.GetPrimaryKeyString()) : Task.CompletedTask;
}

/// <summary>Workers, each of which takes one call after the other.</summary>
public interface IPool : IGrainWithIntegerKey
{
    Task HoldAsync(string gate);

    Task SendAsync(string clerk, string gate);
}

/// <inheritdoc cref="IPool"/>
[GrainType("pool"), StatelessWorker(4)]
public sealed class PoolGrain : Grain, IPool
{
    public Task HoldAsync(string gate) => Gates.Of(gate);

    public async Task SendAsync(string clerk, string gate)
    {
        await FirstCalls.Apart();
        await GrainFactory.GetGrain<IClerk>(clerk).UsePoolAsync(gate);
    }
}

/// <summary>
/// Orleans holds the lock of an activation while its first call runs up to its first await, and takes that of each activation to which it sends: the first calls of two new
/// activations of a silo that call each other would block both threads for ever.
/// </summary>
internal static class FirstCalls
{
    public static System.Runtime.CompilerServices.YieldAwaitable Apart() => Task.Yield();
}

using Orleans.Runtime;

namespace Choir.Tests.Unit.Observability.Support;

/// <summary>How a timer is registered.</summary>
public enum TimerKind
{
    /// <summary>With <c>RegisterTimer</c>, whose ticks interleave.</summary>
    Legacy,

    /// <summary>With <c>RegisterGrainTimer</c> and <c>Interleave</c>.</summary>
    Interleaving,

    /// <summary>With <c>RegisterGrainTimer</c>: calls wait for the tick to end.</summary>
    Ordinary,
}

/// <summary>A grain with one tick of a timer. Nothing in its class says whether calls run beside that.</summary>
public interface ITicker : IGrainWithStringKey
{
    Task StartAsync(TimerKind kind, string gate);

    Task NoteAsync();

    Task LetCallBackAsync(string other);

    Task CallBackAsync(string caller);
}

/// <inheritdoc cref="ITicker"/>
[GrainType("ticker")]
public sealed class TickerGrain : Grain, ITicker
{
    public Task StartAsync(TimerKind kind, string gate)
    {
        if (kind == TimerKind.Legacy)
        {
#pragma warning disable CS0618 // Applications that were written for earlier versions of Orleans use it.
            RegisterTimer(_ => Gates.Of(gate), new object(), TimeSpan.Zero, Timeout.InfiniteTimeSpan);
#pragma warning restore CS0618
        }
        else
        {
            this.RegisterGrainTimer(
                () => Gates.Of(gate), new GrainTimerCreationOptions(TimeSpan.Zero, Timeout.InfiniteTimeSpan) { Interleave = kind == TimerKind.Interleaving });
        }

        return Task.CompletedTask;
    }

    public Task NoteAsync() => Task.CompletedTask;

    public async Task LetCallBackAsync(string other)
    {
        await FirstCalls.Apart();
        using var section = RequestContext.AllowCallChainReentrancy();
        await GrainFactory.GetGrain<ITicker>(other).CallBackAsync(this.GetPrimaryKeyString());
    }

    public async Task CallBackAsync(string caller)
    {
        await FirstCalls.Apart();
        await GrainFactory.GetGrain<ITicker>(caller).NoteAsync();
    }
}

using Orleans;
using Orleans.Runtime;

namespace Choir.Observability;

/// <summary>Observes each call where it is made. A call that completes synchronously costs no allocation here, unless it is traced.</summary>
internal sealed class CallerFilter(CallerCalls calls) : IOutgoingGrainCallFilter
{
    /// <inheritdoc/>
    public Task Invoke(IOutgoingGrainCallContext context) =>
        !calls.TryBegin(context, out var call) ? context.Invoke()
        : call.TraceParent is { } trace ? TraceAsync(context, call, trace)
        : Measure(context, call);

    // The request context is an async local: when this method ends, the caller has its own again.
    private async Task TraceAsync(IOutgoingGrainCallContext context, CallerCall call, string trace)
    {
        RequestContext.Set(GrainCalls.TraceKey, trace);
        await Measure(context, call).ConfigureAwait(false);
    }

    private Task Measure(IOutgoingGrainCallContext context, in CallerCall call) =>
        call.FirstSeries is not { } series ? context.Invoke()
        : call.Waiter is { } waiter ? AwaitAsync(context, series, waiter, call.Method, call.Sent)
        : MeasureAsync(context, series, call.Sent);

    // The state of this method is copied to the heap for each call. So it has few locals that live across an await.
    private async Task MeasureAsync(IOutgoingGrainCallContext context, int series, long sent)
    {
        try
        {
            await context.Invoke().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            calls.End(series, sent, e);
            throw;
        }

        calls.End(series, sent, context.Response?.Exception);
    }

    private async Task AwaitAsync(IOutgoingGrainCallContext context, int series, GrainActivation waiter, string method, long sent)
    {
        var running = context.Invoke();
        if (running.IsCompleted)
        {
            calls.End(series, sent, running.IsCompletedSuccessfully ? context.Response?.Exception : GrainCallFilter.ExceptionOf(running));
            await running.ConfigureAwait(false);
            return;
        }

        var ask = new PendingAsk(context.TargetId, method, sent);
        waiter.Ask(ask);
        try
        {
            await running.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            waiter.EndAsk(ask);
            calls.End(series, sent, e);
            throw;
        }

        waiter.EndAsk(ask);
        calls.End(series, sent, context.Response?.Exception);
    }
}

using Orleans;

namespace Choir.Observability;

/// <summary>
/// Observes each call of an ordinary grain at its receiver. A call that completes synchronously costs no allocation here, unless it is
/// traced.
/// </summary>
internal sealed class GrainCallFilter(GrainCalls calls) : IIncomingGrainCallFilter
{
    /// <inheritdoc/>
    public Task Invoke(IIncomingGrainCallContext context)
    {
        if (!calls.TryBegin(context, out var call))
        {
            return context.Invoke();
        }

        if (call.IsTraced)
        {
            return TraceAsync(context, call);
        }

        var running = context.Invoke();
        if (!running.IsCompleted)
        {
            return AwaitAsync(running, call);
        }

        calls.End(call, running.IsCompletedSuccessfully ? null : ExceptionOf(running), span: null);
        return running;
    }

    private static Exception ExceptionOf(Task ended) => ended.Exception?.InnerException ?? new TaskCanceledException(ended);

    private async Task AwaitAsync(Task running, GrainCall call)
    {
        try
        {
            await running;
        }
        catch (Exception e)
        {
            calls.End(call, e, span: null);
            throw;
        }

        calls.End(call, exception: null, span: null);
    }

    // The current span and the request context are async locals: when this method ends, the caller has its own again.
    private async Task TraceAsync(IIncomingGrainCallContext context, GrainCall call)
    {
        var span = calls.StartSpan(ref call);
        try
        {
            await context.Invoke();
        }
        catch (Exception e)
        {
            calls.End(call, e, span);
            calls.Stop(span);
            throw;
        }

        calls.End(call, exception: null, span);
        calls.Stop(span);
    }
}

using Orleans;
using Orleans.Runtime;

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

        var cells = calls.Enter(call, out var before);
        try
        {
            if (call.Traced is not null)
            {
                return TraceAsync(context, call);
            }

            var running = context.Invoke();
            if (!running.IsCompleted)
            {
                return AwaitAsync(running, context, new RunningCall(call, CallerOf(context), running));
            }

            calls.End(call, context, running.IsCompletedSuccessfully ? null : ExceptionOf(running), span: null);
            return running;
        }
        finally
        {
            calls.Leave(call, cells, before);
        }
    }

    /// <summary>Why a call that has ended did not succeed.</summary>
    internal static Exception ExceptionOf(Task ended) => ended.Exception?.InnerException ?? new TaskCanceledException(ended);

    private static GrainId? CallerOf(IIncomingGrainCallContext context) =>
        context.Request.IsOneWay() ? null : context.SourceId;

    private async Task AwaitAsync(Task running, IIncomingGrainCallContext context, RunningCall call)
    {
        calls.Suspend(call);
        try
        {
            await running;
        }
        catch (Exception e)
        {
            calls.Resume(call);
            calls.End(call.Call, context, e, span: null);
            throw;
        }

        calls.Resume(call);
        calls.End(call.Call, context, exception: null, span: null);
    }

    // The current span and the request context are async locals: when this method ends, the caller has its own again.
    private async Task TraceAsync(IIncomingGrainCallContext context, GrainCall call)
    {
        var span = calls.StartSpan(ref call);
        RunningCall? suspended = null;
        try
        {
            var running = context.Invoke();
            if (!running.IsCompleted)
            {
                calls.Suspend(suspended = new RunningCall(call, CallerOf(context), running));
            }

            await running;
        }
        catch (Exception e)
        {
            calls.Resume(suspended);
            calls.End(call, context, e, span);
            calls.Stop(span);
            throw;
        }

        calls.Resume(suspended);
        calls.End(call, context, exception: null, span);
        calls.Stop(span);
    }
}

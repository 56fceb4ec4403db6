using Orleans;
using Orleans.Runtime;

namespace Choir.Observability;

/// <summary>Observes each call where it is made. A call that is not traced costs no allocation here.</summary>
internal sealed class CallerFilter(CallerCalls calls) : IOutgoingGrainCallFilter
{
    /// <inheritdoc/>
    public Task Invoke(IOutgoingGrainCallContext context) =>
        !calls.TryBegin(context, out var call) ? context.Invoke()
        : call.TraceParent is { } trace ? TraceAsync(context, call, trace)
        : Measure(context, call);

    private Task Measure(IOutgoingGrainCallContext context, in CallerCall call)
    {
        var running = context.Invoke();
        calls.Follow(context, call, running);
        return running;
    }

    // The request context is an async local: when this method ends, the caller has its own again.
    private async Task TraceAsync(IOutgoingGrainCallContext context, CallerCall call, string trace)
    {
        RequestContext.Set(GrainCalls.TraceKey, trace);
        await Measure(context, call).ConfigureAwait(false);
    }
}

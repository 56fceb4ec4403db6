using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;

namespace Choir.Observability;

/// <summary>Counts and traces the calls of grains. None of the methods throws.</summary>
[SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Telemetry that fails must not affect the call.")]
internal sealed class GrainCalls(ActorTelemetry telemetry, ActorTracing tracing, TimeProvider time, ILogger<GrainCalls> logger)
{
    /// <summary>The key of the trace in the request context. Its value is text, which every silo and client can read.</summary>
    public const string TraceKey = "choir.traceparent";

    /// <summary>The key of the id of the traced call that the code runs in, as text too.</summary>
    private const string CauseKey = "choir.cause";

    private const int MaxTraceParent = 64;

    private readonly CallSources _sources = new();
    private readonly TelemetryFailures _failures = new(telemetry, time, logger);

    /// <summary>Starts a call.</summary>
    /// <returns>False if it is not observed.</returns>
    public bool TryBegin(IIncomingGrainCallContext context, out GrainCall call)
    {
        try
        {
            if (GrainObservation.Of(context.TargetContext) is not { } activation || activation.Type.MethodOf(context.Request) is not { } method)
            {
                call = default;
                return false;
            }

            var source = method.Source ?? _sources.Of(context.SourceId);
            if (tracing.StartsNone && (ReferenceEquals(source, CallSource.Client) || ReferenceEquals(source, CallSource.Stream)))
            {
                ClearSampledFlag();
            }

            var trace = TraceOfCaller();
            call = new GrainCall(activation, method, source.Name, time.GetTimestamp(), trace);
            if (tracing.Wants(trace.IsSampled || (trace.IsNone && source.StartsTraces && tracing.WantsRoot()), activation))
            {
                var caller = source.IsGrain && context.SourceId is { } id ? activation.Type.Keys.AddressOf(id) : default;
                call = call with { Traced = new TracedCall(MessageId.Create(time.GetUtcNow()), trace.IsNone ? Guid.Empty : CauseInContext(), caller) };
            }

            return true;
        }
        catch (Exception e)
        {
            _failures.Report(e);
            call = default;
            return false;
        }
    }

    /// <summary>Notes that a call runs on the thread.</summary>
    /// <param name="call">The call.</param>
    /// <param name="before">What ran before.</param>
    /// <returns>The cells of the thread; null if there are none.</returns>
    public ThreadCells? Enter(in GrainCall call, out IObservedActor? before)
    {
        try
        {
            if (call.Activation.Running.Newest is not null)
            {
                call.Activation.TypeTelemetry.OnOverlapped();
            }

            call.Activation.Running.Enter(call.Kind, call.Started);
            var cells = telemetry.Cells.Current();
            before = cells.Running;
            cells.Running = call.Activation;
            return cells;
        }
        catch (Exception e)
        {
            _failures.Report(e);
            before = null;
            return null;
        }
    }

    /// <summary>Notes that a call has ended, or that it awaits something.</summary>
    public void Leave(in GrainCall call, ThreadCells? cells, IObservedActor? before)
    {
        call.Activation.Running.Leave();
        if (cells is not null)
        {
            cells.Running = before;
        }
    }

    /// <summary>Notes that a call awaits something.</summary>
    public void Suspend(RunningCall call) => call.Call.Activation.Suspend(call);

    /// <summary>Notes that a call that awaited something has ended; null for one that did not.</summary>
    public void Resume(RunningCall? call) => call?.Call.Activation.Resume(call);

    /// <summary>Starts the span of a call that is traced. What the grain calls meanwhile is part of the trace.</summary>
    /// <param name="call">The call. If it is the first of its trace, it gets that.</param>
    /// <returns>Null if the sampler does not want it.</returns>
    public Activity? StartSpan(ref GrainCall call)
    {
        try
        {
            var observed = new ObservedCall(in call, call.Id);
            var turn = new Turn(call.Started, 0, IsQueueKnown: false);
            var span = call.Trace.IsNone
                ? tracing.StartRoot(observed, call.Kind, call.Activation, turn)
                : tracing.Start(observed, call.Kind, call.Activation, turn);
            if (span is { Recorded: true } && TraceContext.From(span) is { IsNone: false } own)
            {
                RequestContext.Set(TraceKey, own.ToTraceParent()!);
                RequestContext.Set(CauseKey, call.Id.ToString("N"));
                call = call.Trace.IsNone ? call with { Trace = own.WithoutSpan() } : call;
            }

            return span;
        }
        catch (Exception e)
        {
            _failures.Report(e);
            return null;
        }
    }

    /// <summary>Counts a call that has ended.</summary>
    /// <param name="call">The call.</param>
    /// <param name="context">The call in Orleans. A filter may have set an exception as its response, without throwing it.</param>
    /// <param name="exception">What was thrown; null if nothing was.</param>
    /// <param name="span">Its span; null if it has none.</param>
    public void End(in GrainCall call, IIncomingGrainCallContext context, Exception? exception, Activity? span)
    {
        try
        {
            var ended = time.GetTimestamp();
            exception ??= CallResponse.ExceptionOf(context.Response);
            var error = ErrorText.Of(exception);
            var outcome = exception is null ? Outcome.Ok : Outcome.Error;
            var cells = telemetry.Cells.Current();
            var id = call.Id == Guid.Empty ? cells.NextCallId() : call.Id;
            telemetry.Handled(
                cells, call.Activation, call.Kind, new ObservedCall(in call, id), new Turn(call.Started, 0, IsQueueKnown: false),
                new TurnEnd(ended, outcome, error, span is { IsAllDataRequested: true }));
            if (span is not null)
            {
                tracing.End(span, ended - call.Started, exception is null ? "REPLY" : "ERROR", error, exception);
            }
        }
        catch (Exception e)
        {
            _failures.Report(e);
        }
    }

    /// <summary>Stops a span.</summary>
    public void Stop(Activity? span) => tracing.Stop(span);

    private static TraceContext TraceOfCaller() => Activity.Current is { } activity ? TraceContext.From(activity) : TraceOfContext();

    private static TraceContext TraceOfContext() =>
        RequestContext.Get(TraceKey) is string { Length: <= MaxTraceParent } parent ? TraceContext.Parse(parent) : default;

    private static Guid CauseInContext() =>
        RequestContext.Get(CauseKey) is string { Length: 32 } cause && Guid.TryParseExact(cause, "N", out var id) ? id : Guid.Empty;

    // Also for the calls that the grain makes. The ids stay, so that the calls of the client are together in the flight recorder.
    private static void ClearSampledFlag()
    {
        if (TraceOfContext() is { IsSampled: true } trace)
        {
            RequestContext.Set(TraceKey, trace.WithoutFlags().ToTraceParent()!);
        }
    }
}

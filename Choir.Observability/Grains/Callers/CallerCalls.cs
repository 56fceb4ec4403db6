using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;

namespace Choir.Observability;

/// <summary>Counts the calls of grains at their callers. None of the methods throws.</summary>
[SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Telemetry that fails must not affect the call.")]
internal sealed class CallerCalls
{
    private readonly ActorTelemetry _telemetry;
    private readonly ActorTracing _tracing;
    private readonly TimeProvider _time;
    private readonly TelemetryFailures _failures;
    private readonly CallerPairs _pairs;
    private readonly RequestCache<string> _methods;

    public CallerCalls(
        ActorTelemetry telemetry, ActorTracing tracing, GrainTypes types, TimeProvider time, IServiceProvider services, ILogger<CallerCalls> logger)
    {
        (_telemetry, _tracing, _time) = (telemetry, tracing, time);
        _failures = new TelemetryFailures(telemetry, time, logger);
        _pairs = new CallerPairs(telemetry.Asks, services.GetService<ILocalSiloDetails>() is null ? TelemetryNames.Gateway : TelemetryNames.Host);
        _methods = new(request => types.IsObservedAtCaller(request.GetInterfaceType())
            ? GrainNames.MethodOf(request.GetInterfaceType(), request.GetMethodName())
            : null);
    }

    /// <summary>Starts a call.</summary>
    /// <returns>False if it is not observed.</returns>
    public bool TryBegin(IOutgoingGrainCallContext context, out CallerCall call)
    {
        call = default;
        try
        {
            if (_methods.Of(context.Request) is not { } method)
            {
                return false;
            }

            var caller = context.SourceContext;
            var pair = _pairs.Of(caller?.GrainId.Type ?? default, context.TargetId.Type);
            if (pair.FirstSeries is not { } series)
            {
                return false;
            }

            // The calls of a grain are in its own trace: see GrainCalls.StartSpan.
            var traceParent = pair.IsFromGrain ? null : TraceOfCaller();
            var isAsk = !context.Request.IsOneWay();
            var waiter = pair.IsFromGrain && isAsk ? GrainObservation.Of(caller!) : null;
            call = new CallerCall(waiter, method, isAsk ? series : null, _time.GetTimestamp(), traceParent);
            return isAsk || traceParent is not null;
        }
        catch (Exception e)
        {
            _failures.Report(e);
            return false;
        }
    }

    /// <summary>Counts a call now, or when it has ended. One that nobody awaits is not counted.</summary>
    /// <param name="context">The call in Orleans.</param>
    /// <param name="call">The call.</param>
    /// <param name="running">What Orleans awaits.</param>
    public void Follow(IOutgoingGrainCallContext context, in CallerCall call, Task running)
    {
        try
        {
            if (call.FirstSeries is null)
            {
                return;
            }

            if (running.IsCompleted)
            {
                End(context, call, running);
            }
            else
            {
                OpenAsk.Begin(this, context, call, running);
            }
        }
        catch (Exception e)
        {
            _failures.Report(e);
        }
    }

    /// <summary>Counts an ask that has ended.</summary>
    /// <param name="context">The call in Orleans. The exception of a grain is in its response.</param>
    /// <param name="call">The call.</param>
    /// <param name="ended">What Orleans awaits.</param>
    public void End(IOutgoingGrainCallContext context, in CallerCall call, Task ended)
    {
        try
        {
            var exception = ended.IsCompletedSuccessfully ? CallResponse.ExceptionOf(context.Response) : GrainCallFilter.ExceptionOf(ended);
            _telemetry.Asked(call.FirstSeries!.Value, call.Sent, OutcomeOf(exception));
        }
        catch (Exception e)
        {
            _failures.Report(e);
        }
    }

    /// <summary>The outcome of an ask. One whose caller stops waiting counts as timed out, as with Choir's actors.</summary>
    /// <param name="exception">What the caller gets instead of an answer; null if it gets one.</param>
    internal static Outcome OutcomeOf(Exception? exception) => exception switch
    {
        null => Outcome.Ok,
        TimeoutException or OperationCanceledException => Outcome.Timeout,
        SiloUnavailableException => Outcome.Unknown,
        OrleansMessageRejectionException or GatewayTooBusyException => Outcome.Rejected,
        _ => Outcome.Error,
    };

    private string? TraceOfCaller() =>
        Activity.Current is { Recorded: true } activity && !_tracing.StartsNone ? TraceContext.From(activity).ToTraceParent() : null;
}

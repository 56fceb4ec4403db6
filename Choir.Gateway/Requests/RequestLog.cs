using System.Collections.Concurrent;
using Choir.ServiceDefaults.Logging;
using Choir.ServiceDefaults.Telemetry;
using Choir.ServiceDefaults.Telemetry.Requests;

namespace Choir.Gateway.Requests;

/// <summary>
/// Logs each request when it is received and when it is answered, up to ten records per event, route and second. Runs after
/// routing and authentication, so that its records have the route and the user.
/// </summary>
internal sealed class RequestLog(RequestDelegate next, TimeProvider time, ILogger<RequestLog> logger)
{
    private const int MaxPerSecond = 10;

    // One entry per route.
    private readonly ConcurrentDictionary<string, Limits> _limits = new(StringComparer.Ordinal);

    public Task InvokeAsync(HttpContext context)
    {
        if (logger.IsEnabled(LogLevel.Information) && !Probes.Sent(context))
        {
            Log(context);
        }

        return next(context);
    }

    private void Log(HttpContext context)
    {
        var started = time.GetTimestamp();
        var (method, route) = (context.Request.Method, RequestRoute.Of(context));
        var limits = _limits.GetOrAdd(route, static (_, time) => new Limits(time), time);
        if (limits.Received.TryTake(out var suppressed))
        {
            logger.RequestReceived(method, route, context.Request.ContentLength, suppressed);
        }

        // On completion the final status is known, also if the exception handler set it.
        context.Response.OnCompleted(() =>
        {
            if (limits.Processed.TryTake(out var suppressedBefore))
            {
                logger.RequestProcessed(
                    method, route, context.Response.StatusCode, time.GetElapsedTime(started).TotalMilliseconds, suppressedBefore);
            }

            return Task.CompletedTask;
        });
    }

    private sealed class Limits(TimeProvider time)
    {
        public RecordLimit Received { get; } = new(MaxPerSecond, time);

        public RecordLimit Processed { get; } = new(MaxPerSecond, time);
    }
}

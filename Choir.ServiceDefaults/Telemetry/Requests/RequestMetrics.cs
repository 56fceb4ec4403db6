using System.Collections.Frozen;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Choir.Contracts.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Choir.ServiceDefaults.Telemetry.Requests;

/// <summary>Measures every request around all middleware. Replaces ASP.NET Core's own histogram.</summary>
internal sealed class RequestMetrics : IStartupFilter
{
    public const string MeterName = "Choir.Requests";

    /// <summary>ASP.NET Core's histogram of the same durations.</summary>
    public const string Replaced = "http.server.request.duration";

    // OpenTelemetry's conventions: any other method is recorded as _OTHER.
    private static readonly FrozenSet<string> KnownMethods = FrozenSet.Create(
        StringComparer.Ordinal, "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "CONNECT", "TRACE");

    private readonly Histogram<double> _latency;
    private readonly TimeProvider _time;

    public RequestMetrics(IMeterFactory meters, TimeProvider time)
    {
        _time = time;
        _latency = meters.Create(MeterName).CreateSecondsHistogram(
            "request.latency", "Time from receiving a request to the end of its response.");
    }

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(MeasureAsync);
        next(app);
    };

    private async Task MeasureAsync(HttpContext context, RequestDelegate next)
    {
        var started = _time.GetTimestamp();
        var failed = true;
        try
        {
            await next(context);
            failed = false;
        }
        finally
        {
            // After an unhandled exception the server sets the status later.
            var status = failed && !context.Response.HasStarted
                ? StatusCodes.Status500InternalServerError
                : context.Response.StatusCode;
            var method = context.Request.Method;
            _latency.Record(_time.GetElapsedTime(started).TotalSeconds, new TagList
            {
                { "request.type", RequestRoute.Of(context) },
                { "http.request.method", KnownMethods.Contains(method) ? method : "_OTHER" },
                { "http.response.status_code", status },
            });
        }
    }
}

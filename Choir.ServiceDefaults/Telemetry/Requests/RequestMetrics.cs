using System.Collections.Frozen;
using System.Diagnostics;
using System.Diagnostics.Metrics;
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

    /// <summary>The bounds of all durations of Choir, repeated here because this library does not reference the actors.</summary>
    public static readonly double[] Bounds =
    [
        0.000_01, 0.000_025, 0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5,
        10, 30, 60,
    ];

    // In place of the route, so that a caller without a key cannot create a series for each route.
    private const string WithoutKey = "(no key)";

    // OpenTelemetry's conventions: any other method is recorded as _OTHER.
    private static readonly FrozenSet<string> KnownMethods = FrozenSet.Create(
        StringComparer.Ordinal, "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "CONNECT", "TRACE");

    private readonly Histogram<double> _latency;
    private readonly TimeProvider _time;

    public RequestMetrics(IMeterFactory meters, TimeProvider time)
    {
        _time = time;
        _latency = meters.Create(MeterName).CreateHistogram(
            "request.latency", "s", "Time from receiving a request to the end of its response.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = Bounds });
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
                { "request.type", status == StatusCodes.Status401Unauthorized ? WithoutKey : RequestRoute.Of(context) },
                { "http.request.method", KnownMethods.Contains(method) ? method : "_OTHER" },
                { "http.response.status_code", status },
            });
        }
    }
}

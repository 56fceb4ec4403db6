using System.Collections.Frozen;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Choir.Contracts.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Choir.ServiceDefaults.Telemetry.Requests;

/// <summary>Measures every request, from before the first middleware to after the last, in place of ASP.NET Core's own.</summary>
internal sealed class RequestMetrics : IStartupFilter
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Choir.Requests";

    /// <summary>The histogram of ASP.NET Core that would tell the same.</summary>
    public const string Replaced = "http.server.request.duration";

    // Whatever else a caller writes as its method is one value, as OpenTelemetry's conventions have it.
    private static readonly FrozenSet<string> KnownMethods = FrozenSet.Create(
        StringComparer.Ordinal, "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "CONNECT", "TRACE");

    private readonly Histogram<double> _latency;
    private readonly TimeProvider _time;

    public RequestMetrics(IMeterFactory meters, TimeProvider time)
    {
        _time = time;
        _latency = meters.Create(MeterName).CreateSecondsHistogram(
            "request.latency", "From a request's arrival to the end of its answer.");
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
            // An exception that nobody handled is answered by the server, when this is over.
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

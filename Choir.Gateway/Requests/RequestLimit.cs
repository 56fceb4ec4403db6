using System.Threading.RateLimiting;
using Choir.Gateway.Problems;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.Options;

namespace Choir.Gateway.Requests;

/// <summary>
/// Refuses requests while as many of their kind are being handled as <see cref="GatewayOptions.MaxRequests"/> allows. Those that wait
/// would only take memory, and make the others slower. A kind is the first part of the path, reading or changing, so that who looks
/// for the reason of an overload, and alerts about it, are not refused with the others. Event streams have a limit of their own.
/// </summary>
/// <remarks>The framework's own middleware never disposes of its limiters, whose timers keep the whole application in memory.</remarks>
internal sealed class RequestLimit(RequestDelegate next, PartitionedRateLimiter<HttpContext> limiter, IOptions<GatewayOptions> options)
{
    public static void AddTo(IServiceCollection services) => services.AddSingleton(provider =>
    {
        var gateway = provider.GetRequiredService<IOptions<GatewayOptions>>();
        return PartitionedRateLimiter.Create<HttpContext, (string, bool)>(context => KindOf(context) is { } kind
            ? RateLimitPartition.GetConcurrencyLimiter(kind, _ => new() { PermitLimit = gateway.Value.MaxRequests })
            : RateLimitPartition.GetNoLimiter(("", false)));
    });

    public async Task InvokeAsync(HttpContext context)
    {
        using var lease = limiter.AttemptAcquire(context);
        if (!lease.IsAcquired)
        {
            throw ProblemException.Unavailable(
                ProblemCodes.Overloaded,
                $"The gateway handles {options.Value.MaxRequests} such requests already. Nothing of this one was accepted; send it again later.");
        }

        await next(context);
    }

    // Null for what is always answered: probes, what else needs no key, paths without a route, and routes with another limit.
    private static (string Path, bool IsRead)? KindOf(HttpContext context)
    {
        if (context.GetEndpoint() is not RouteEndpoint endpoint || endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null
            || endpoint.Metadata.GetMetadata<DisableRateLimitingAttribute>() is not null)
        {
            return null;
        }

        var segments = endpoint.RoutePattern.PathSegments;
        var first = segments.Count > 0 && segments[0].Parts[0] is RoutePatternLiteralPart literal ? literal.Content : "/";
        var method = context.Request.Method;
        return (first, HttpMethods.IsGet(method) || HttpMethods.IsHead(method));
    }
}

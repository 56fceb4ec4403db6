using System.Net;
using Choir.ServiceDefaults.Logging;
using Choir.ServiceDefaults.Telemetry;
using Microsoft.Extensions.Options;

namespace Choir.Gateway.Requests;

/// <summary>
/// Names the sender of a flood in one record a minute: the name of the key and the address that sent more than
/// <see cref="GatewayOptions.FloodRequests"/> changing requests (not GET, HEAD or OPTIONS) within a minute. Runs after
/// authentication.
/// </summary>
/// <remarks>Behind a proxy the address is that of the proxy, because a caller can write any forwarding header.</remarks>
internal sealed class FloodWatch(
    RequestDelegate next, IOptions<GatewayOptions> options, TimeProvider time, ILogger<FloodWatch> logger)
{
    /// <summary>The name of a sender without a valid key.</summary>
    public const string NoKey = "(no key)";

    /// <summary>Senders beyond this number are not counted until the next minute.</summary>
    private const int MaxSenders = 10_000;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Key, IPAddress? Address), int> _counts = [];
    private readonly RecordLimit _records = new(maxPerSecond: 1, time);
    private long _windowStart = time.GetTimestamp();

    public Task InvokeAsync(HttpContext context)
    {
        var method = context.Request.Method;
        if (options.Value.FloodRequests is > 0 and var threshold
            && !(HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method))
            && !Probes.Sent(context))
        {
            var sender = (context.User.Identity?.Name ?? NoKey, context.Connection.RemoteIpAddress);
            if (Count(sender, out var elapsed) == threshold && _records.TryTake(out var suppressed))
            {
                logger.RequestFlood(sender.Item1, sender.RemoteIpAddress?.ToString(), threshold, elapsed.TotalSeconds, suppressed);
            }
        }

        return next(context);
    }

    private int Count((string Key, IPAddress? Address) sender, out TimeSpan elapsed)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            elapsed = time.GetElapsedTime(_windowStart, now);
            if (elapsed >= Window)
            {
                _counts.Clear();
                (_windowStart, elapsed) = (now, TimeSpan.Zero);
            }

            if (_counts.TryGetValue(sender, out var count) || _counts.Count < MaxSenders)
            {
                _counts[sender] = ++count;
            }

            return count;
        }
    }
}

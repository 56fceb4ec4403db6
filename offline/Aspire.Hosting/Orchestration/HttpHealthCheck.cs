using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Orchestration;

/// <summary>Healthy while a path answers with the status wanted.</summary>
internal sealed class HttpHealthCheck(IHttpClientFactory clients, Func<EndpointReference> endpoint, string path, int status)
    : IHealthCheck
{
    // A service that is frozen accepts connections and never answers.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var target = endpoint();
        if (!target.IsAllocated)
            return HealthCheckResult.Unhealthy("its endpoint is not allocated yet");
        var address = new Uri(new Uri(target.Url), path);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            using var client = clients.CreateClient();
            // A connection each: a pooled one would stay on one replica behind the proxy.
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.ConnectionClose = true;
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            return (int)response.StatusCode == status
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy($"{address} answered {(int)response.StatusCode}, not {status}");
        }
        catch (HttpRequestException e)
        {
            return HealthCheckResult.Unhealthy($"{address}: {e.Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return HealthCheckResult.Unhealthy($"{address} did not answer within {Limit.TotalSeconds} s");
        }
    }
}

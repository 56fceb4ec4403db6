using System.Text.Json;
using Choir.ServiceDefaults.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Choir.AppHost.Dashboard;

/// <summary>The health check of a service: whether it is ready, and if not, because of which component.</summary>
internal static class ReadinessCheck
{
    private const int MaxAnswerBytes = 64 * 1024;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>Adds the check under a name for the dashboard.</summary>
    public static IResourceBuilder<T> WithReadinessCheck<T>(this IResourceBuilder<T> service)
        where T : IResourceWithEndpoints
    {
        var name = $"{service.Resource.Name}: ready to serve (GET /ready)";
        var client = new HttpClient { Timeout = Timeout, MaxResponseContentBufferSize = MaxAnswerBytes };
        service.ApplicationBuilder.Services.AddHealthChecks().AddAsyncCheck(
            name, cancellation => CheckAsync(client, service.GetEndpoint(ServiceExtensions.HttpEndpoint), cancellation));
        return service.WithHealthCheck(name);
    }

    private static async Task<HealthCheckResult> CheckAsync(
        HttpClient client, EndpointReference endpoint, CancellationToken cancellation)
    {
        if (!endpoint.IsAllocated)
        {
            return HealthCheckResult.Unhealthy("The service has no address yet.");
        }

        try
        {
            using var answer = await client.GetAsync(new Uri(new Uri(endpoint.Url), "/ready"), cancellation);
            var reasons = Reasons(await answer.Content.ReadAsByteArrayAsync(cancellation));
            return answer.IsSuccessStatusCode
                ? HealthCheckResult.Healthy("The service is ready.")
                : HealthCheckResult.Unhealthy(reasons ?? $"The service answers with {(int)answer.StatusCode}.");
        }
        catch (HttpRequestException e)
        {
            return HealthCheckResult.Unhealthy($"The service does not answer: {FailureReason.Of(e)}");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return HealthCheckResult.Unhealthy($"The service did not answer within {Timeout.TotalSeconds:0} s.");
        }
    }

    /// <summary>The reasons of the components that are not healthy; null if the answer has none.</summary>
    internal static string? Reasons(ReadOnlyMemory<byte> answer)
    {
        try
        {
            using var document = JsonDocument.Parse(answer);
            if (document.RootElement is not { ValueKind: JsonValueKind.Object } root
                || !root.TryGetProperty("components", out var components)
                || components.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            var reasons = components.EnumerateObject()
                .Where(component => component.Value.ValueKind == JsonValueKind.Object
                    && component.Value.TryGetProperty("reason", out var reason) && reason.ValueKind == JsonValueKind.String)
                .Select(component => $"{component.Name}: {component.Value.GetProperty("reason").GetString()}")
                .ToList();
            return reasons.Count == 0 ? null : string.Join("; ", reasons);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

using Microsoft.Extensions.DependencyInjection;

namespace Choir.AppHost.Commands;

/// <summary>Finds pages of Aspire's dashboard.</summary>
internal static class DashboardAddress
{
    private const string DashboardName = "aspire-dashboard";

    /// <summary>The page of a trace; none where no dashboard runs, or the id is not one.</summary>
    public static Uri? OfTrace(IServiceProvider services, string? traceId)
    {
        if (traceId is null || !traceId.All(char.IsAsciiHexDigit))
        {
            return null;
        }

        var dashboard = services.GetRequiredService<DistributedApplicationModel>().Resources
            .OfType<IResourceWithEndpoints>()
            .FirstOrDefault(resource => resource.Name == DashboardName);
        var endpoint = dashboard?.GetEndpoints()
            .Where(endpoint => endpoint.EndpointName is "http" or "https" && endpoint.IsAllocated)
            .OrderByDescending(endpoint => endpoint.EndpointName)
            .FirstOrDefault();
        return endpoint is not null && Uri.TryCreate(endpoint.Url, UriKind.Absolute, out var address)
            ? new Uri(address, $"/traces/detail/{traceId}")
            : null;
    }
}

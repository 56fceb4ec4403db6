using Microsoft.Extensions.DependencyInjection;

namespace Choir.AppHost.Dashboard;

/// <summary>The dashboard's address, read from the model because <c>--isolated</c> assigns another port than the settings.</summary>
internal static class DashboardAddress
{
    // Aspire's constant is not public.
    private const string DashboardName = "aspire-dashboard";

    /// <summary>The start page; null without a dashboard.</summary>
    public static Uri? Of(IServiceProvider services) => services.GetRequiredService<DistributedApplicationModel>().Resources
        .OfType<IResourceWithEndpoints>()
        .Where(resource => resource.Name == DashboardName)
        .SelectMany(resource => (string[])["https", "http"], (resource, scheme) => resource.GetEndpoint(scheme))
        .Where(endpoint => endpoint is { Exists: true, IsAllocated: true })
        .Select(endpoint => new Uri(endpoint.Url))
        .FirstOrDefault();

    /// <summary>The page of a trace; null without a dashboard, or if the id is not valid.</summary>
    public static Uri? OfTrace(IServiceProvider services, string? traceId) =>
        traceId is not null && traceId.All(char.IsAsciiHexDigit) && Of(services) is { } address
            ? new Uri(address, $"/traces/detail/{traceId}")
            : null;
}

using Microsoft.Extensions.DependencyInjection;

namespace Choir.AppHost.Dashboard;

/// <summary>Where Aspire's dashboard is, as the model says: <c>--isolated</c> gives it another port than the settings name.</summary>
internal static class DashboardAddress
{
    // Aspire's constant for it is not public.
    private const string DashboardName = "aspire-dashboard";

    /// <summary>The start page; null where no dashboard runs.</summary>
    public static Uri? Of(IServiceProvider services) => services.GetRequiredService<DistributedApplicationModel>().Resources
        .OfType<IResourceWithEndpoints>()
        .Where(resource => resource.Name == DashboardName)
        .SelectMany(resource => (string[])["https", "http"], (resource, scheme) => resource.GetEndpoint(scheme))
        .Where(endpoint => endpoint is { Exists: true, IsAllocated: true })
        .Select(endpoint => new Uri(endpoint.Url))
        .FirstOrDefault();

    /// <summary>The page of a trace; null where no dashboard runs, or the id is not one.</summary>
    public static Uri? OfTrace(IServiceProvider services, string? traceId) =>
        traceId is not null && traceId.All(char.IsAsciiHexDigit) && Of(services) is { } address
            ? new Uri(address, $"/traces/detail/{traceId}")
            : null;
}

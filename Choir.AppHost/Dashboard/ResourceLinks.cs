namespace Choir.AppHost.Dashboard;

/// <summary>Configures the links that the dashboard shows for a resource.</summary>
internal static class ResourceLinks
{
    /// <summary>
    /// Shows links to an endpoint's pages in this order. Technical pages and other endpoints are shown in the details only.
    /// </summary>
    public static IResourceBuilder<T> WithLinks<T>(
        this IResourceBuilder<T> resource,
        string endpointName,
        IReadOnlyList<(string Name, string Path)> pages,
        IReadOnlyList<(string Name, string Path)> technical)
        where T : IResourceWithEndpoints =>
        resource.WithUrls(context =>
        {
            var endpoint = resource.GetEndpoint(endpointName);
            // The pages' links replace the bare address.
            context.Urls.RemoveAll(url => url.Endpoint?.EndpointName == endpointName);
            ShowInDetailsOnly(context.Urls);
            var order = pages.Count + technical.Count;
            foreach (var (name, path) in pages)
            {
                context.Urls.Add(Link(endpoint, name, path, UrlDisplayLocation.SummaryAndDetails, order--));
            }

            foreach (var (name, path) in technical)
            {
                context.Urls.Add(Link(endpoint, name, path, UrlDisplayLocation.DetailsOnly, order--));
            }
        });

    /// <summary>Shows addresses in the details only, for resources that do not speak HTTP.</summary>
    public static IResourceBuilder<T> WithLinksInDetailsOnly<T>(this IResourceBuilder<T> resource)
        where T : IResource =>
        resource.WithUrls(context => ShowInDetailsOnly(context.Urls));

    private static void ShowInDetailsOnly(IEnumerable<ResourceUrlAnnotation> urls)
    {
        foreach (var url in urls)
        {
            url.DisplayLocation = UrlDisplayLocation.DetailsOnly;
        }
    }

    private static ResourceUrlAnnotation Link(
        EndpointReference endpoint, string name, string path, UrlDisplayLocation location, int order) => new()
        {
            Url = new Uri(new Uri(endpoint.Url), path).AbsoluteUri,
            DisplayText = name,
            Endpoint = endpoint,
            DisplayLocation = location,
            // Obsolete because it will become a property; there is no other way to set the order.
#pragma warning disable CS0618
            DisplayOrder = order,
#pragma warning restore CS0618
        };
}

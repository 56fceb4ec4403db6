namespace Choir.AppHost.Dashboard;

/// <summary>The addresses that the dashboard shows of a resource.</summary>
internal static class ResourceLinks
{
    /// <summary>
    /// Gives an endpoint's pages their names, in this order. Technical ones and other endpoints are shown in the details only.
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
            // The bare address says nothing that a page's does not.
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

    /// <summary>Shows addresses in the details only, for resources that no browser can talk to.</summary>
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
            // Obsolete because it will become a property; there is no other way to say the order.
#pragma warning disable CS0618
            DisplayOrder = order,
#pragma warning restore CS0618
        };
}

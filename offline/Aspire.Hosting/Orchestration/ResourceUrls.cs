using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting.Orchestration;

/// <summary>The addresses that are shown for a resource.</summary>
internal static class ResourceUrls
{
    public static async Task<ImmutableArray<UrlSnapshot>> For(IResource resource, RunnerContext context)
    {
        if (resource is not IResourceWithEndpoints listening)
            return [];
        var urls = listening.GetEndpoints().Where(endpoint => endpoint.IsAllocated)
            .Select(endpoint => new ResourceUrlAnnotation { Url = endpoint.Url, Endpoint = endpoint }).ToList();
        var run = context.Services.GetRequiredService<DistributedApplicationExecutionContext>();
        var callbacks = new ResourceUrlsCallbackContext(run, resource, urls, context.Stopping);
        foreach (var annotation in resource.Annotations.OfType<ResourceUrlsCallbackAnnotation>().ToList())
            await annotation.Callback(callbacks);
        return [.. callbacks.Urls.Select(url => new UrlSnapshot(url.Endpoint?.EndpointName,
            url is { Endpoint: { } endpoint } && url.Url.StartsWith('/') ? endpoint.Url + url.Url : url.Url, IsInternal: false)
        {
            DisplayProperties = new(url.DisplayText ?? ""),
        })];
    }
}

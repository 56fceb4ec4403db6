using System.Collections.Frozen;
using System.Reflection;
using Choir.Gateway.Problems;
using Choir.ServiceDefaults;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace Choir.Gateway.Requests;

/// <summary>
/// Refuses requests with a query parameter that their route does not have, so that a misspelt one is not ignored. The known ones
/// are those of the OpenAPI document. Probes, pages and other routes that need no key are not checked.
/// </summary>
internal sealed class QueryNames(RequestDelegate next, IApiDescriptionGroupCollectionProvider descriptions)
{
    private const int MaxNameLength = 60;

    // By the method that handles the route. At the first request all routes are mapped.
    private readonly Lazy<FrozenDictionary<MethodInfo, string[]>> _known = new(() => Read(descriptions));

    public Task InvokeAsync(HttpContext context)
    {
        if (context.Request.QueryString.HasValue
            && context.GetEndpoint()?.Metadata is { } metadata
            && metadata.GetMetadata<IAllowAnonymous>() is null
            && metadata.GetMetadata<MethodInfo>() is { } handler
            && _known.Value.TryGetValue(handler, out var known)
            && context.Request.Query.Keys.FirstOrDefault(name => !known.Contains(name, StringComparer.OrdinalIgnoreCase)) is { } unknown)
        {
            throw ProblemException.Invalid(
                $"There is no query parameter \"{PlainText.OneLine(unknown, MaxNameLength)}\" here; "
                + (known.Length == 0 ? "this route has none." : $"this route has {string.Join(", ", known)}."));
        }

        return next(context);
    }

    private static FrozenDictionary<MethodInfo, string[]> Read(IApiDescriptionGroupCollectionProvider descriptions) =>
        descriptions.ApiDescriptionGroups.Items
            .SelectMany(group => group.Items)
            .Select(route => (
                Handler: route.ActionDescriptor.EndpointMetadata.OfType<MethodInfo>().LastOrDefault(),
                Names: route.ParameterDescriptions.Where(parameter => parameter.Source == BindingSource.Query).Select(parameter => parameter.Name)))
            .Where(route => route.Handler is not null)
            .GroupBy(route => route.Handler!, route => route.Names)
            .ToFrozenDictionary(routes => routes.Key, routes => routes.SelectMany(names => names).Distinct().ToArray());
}

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Choir.ServiceDefaults.Http;

/// <summary>Routes of GET that also answer HEAD.</summary>
public static class HeadRequests
{
    /// <summary>
    /// Lets every route of GET answer HEAD as well: with the same status and headers, without a body, which the server omits.
    /// Probes and <c>curl -I</c> send HEAD.
    /// </summary>
    /// <param name="routes">The routes.</param>
    /// <typeparam name="TRoutes">The type of the routes.</typeparam>
    /// <returns>The same routes.</returns>
    public static TRoutes AnswerHead<TRoutes>(this TRoutes routes)
        where TRoutes : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(routes);
        routes.Finally(static endpoint =>
        {
            for (var index = 0; index < endpoint.Metadata.Count; index++)
            {
                if (endpoint.Metadata[index] is HttpMethodMetadata { HttpMethods: ["GET"] })
                {
                    endpoint.Metadata[index] = new HttpMethodMetadata([HttpMethods.Get, HttpMethods.Head]);
                }
            }
        });
        return routes;
    }
}

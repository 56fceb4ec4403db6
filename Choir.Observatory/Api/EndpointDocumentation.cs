using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Choir.Observatory.Api;

/// <summary>Documentation of endpoints beyond their types.</summary>
internal static class EndpointDocumentation
{
    /// <summary>The statuses of its problems, besides 401 and 500, which every endpoint has.</summary>
    public static RouteHandlerBuilder WithProblems(this RouteHandlerBuilder endpoint, params int[] statuses)
    {
        foreach (var status in statuses)
        {
            endpoint.ProducesProblem(status);
        }

        return endpoint;
    }

    public static RouteHandlerBuilder WithRequestExample(this RouteHandlerBuilder endpoint, string json) =>
        endpoint.WithMetadata(new ExampleMetadata(StatusCode: null, json));

    public static RouteHandlerBuilder WithResponseExample(this RouteHandlerBuilder endpoint, int statusCode, string json) =>
        endpoint.WithMetadata(new ExampleMetadata(statusCode, json));
}

/// <summary>An example of a request or response body.</summary>
/// <param name="StatusCode">The response's status; null for the request.</param>
/// <param name="Json">The example.</param>
internal sealed record ExampleMetadata(int? StatusCode, string Json);

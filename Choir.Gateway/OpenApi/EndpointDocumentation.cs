namespace Choir.Gateway.OpenApi;

/// <summary>What an endpoint says about itself beyond its types.</summary>
internal static class EndpointDocumentation
{
    /// <summary>The problems that it answers with, besides 401 and 500, which any may.</summary>
    public static RouteHandlerBuilder WithProblems(this RouteHandlerBuilder endpoint, params int[] statuses)
    {
        foreach (var status in statuses)
        {
            endpoint.ProducesProblem(status);
        }

        return endpoint;
    }

    /// <summary>A request's body by example.</summary>
    public static RouteHandlerBuilder WithRequestExample(this RouteHandlerBuilder endpoint, string json) =>
        endpoint.WithMetadata(new ExampleMetadata(StatusCode: null, json));

    /// <summary>An answer by example.</summary>
    public static RouteHandlerBuilder WithResponseExample(this RouteHandlerBuilder endpoint, int statusCode, string json) =>
        endpoint.WithMetadata(new ExampleMetadata(statusCode, json));
}

/// <summary>An example of a request's body, or of an answer's.</summary>
/// <param name="StatusCode">The answer's status; null for the request.</param>
/// <param name="Json">The example.</param>
internal sealed record ExampleMetadata(int? StatusCode, string Json);

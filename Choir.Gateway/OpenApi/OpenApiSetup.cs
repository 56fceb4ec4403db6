using System.Globalization;
using System.Text.Json.Nodes;
using Choir.Gateway.Security;
using Choir.Observatory.Api;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace Choir.Gateway.OpenApi;

/// <summary>The OpenAPI document at <c>/openapi/v1.json</c> and its reference pages at <c>/docs</c>.</summary>
internal static class OpenApiSetup
{
    private const string Json = "application/json";
    private const string ProblemJson = "application/problem+json";

    private const string Introduction = """
        Choir runs conversations through a chain of six actors. Create a thread, post an input to it, and read the result of
        each phase. Every completed cycle is anchored on an Ethereum chain.

        Errors are problem details (RFC 9457). `detail` describes the error and the remedy, `code` identifies the error for
        programs, and `traceId` identifies the request in logs and traces. A query parameter that a route does not have is an
        error too.
        """;

    public static void AddApiDescription(this IServiceCollection services) =>
        services.AddOpenApi("v1", options =>
        {
            // Every GET route answers HEAD too; the document does not repeat them.
            options.ShouldInclude = description => description.HttpMethod != HttpMethods.Head;
            options.AddDocumentTransformer(DescribeDocumentAsync);
            options.AddOperationTransformer(DescribeSecurityAsync);
            options.AddOperationTransformer(AddExamplesAsync);
        });

    public static void MapApiDescription(this IEndpointRouteBuilder app)
    {
        app.MapOpenApi("/openapi/v1.json").AllowAnonymous();

        // Nothing is loaded from other servers, so that the pages work without internet access.
        app.MapScalarApiReference("/docs", options => options
            .WithTitle("Choir API")
            .DisableDefaultFonts()
            .DisableTelemetry()
            .DisableAgent()
            .DisableMcp()
            .HideDeveloperTools()
            .AddPreferredSecuritySchemes([ApiKeyHandler.SchemeName])
            .WithFavicon("/favicon.svg")).AllowAnonymous();
    }

    private static Task DescribeDocumentAsync(
        OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info.Title = "Choir";
        document.Info.Version = typeof(OpenApiSetup).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";
        document.Info.Description = Introduction;
        document.Servers = [new OpenApiServer { Url = "/" }];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes[ApiKeyHandler.SchemeName] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "The API key: the value of CHOIR_API_KEY, or the generated key that is printed at startup.",
        };
        return Task.CompletedTask;
    }

    private static Task DescribeSecurityAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<IAllowAnonymous>().Any())
        {
            return Task.CompletedTask;
        }

        operation.Security =
        [
            new OpenApiSecurityRequirement
            {
                [new OpenApiSecuritySchemeReference(ApiKeyHandler.SchemeName, context.Document)] = [],
            },
        ];
        operation.Responses ??= [];
        operation.Responses.TryAdd("400", Problem("The request has a query parameter that the route does not have."));
        operation.Responses["401"] = Problem("The API key is missing or wrong.");
        operation.Responses["500"] = Problem("An internal error; the request is not the cause.");
        return Task.CompletedTask;
    }

    private static Task AddExamplesAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        foreach (var example in context.Description.ActionDescriptor.EndpointMetadata.OfType<ExampleMetadata>())
        {
            var content = example.StatusCode is { } status
                ? operation.Responses?.GetValueOrDefault(status.ToString(CultureInfo.InvariantCulture))?.Content
                : operation.RequestBody?.Content;
            if (content is not null && content.TryGetValue(Json, out var json))
            {
                json.Example = JsonNode.Parse(example.Json);
            }
        }

        return Task.CompletedTask;
    }

    private static OpenApiResponse Problem(string description) => new()
    {
        Description = description,
        Content = new Dictionary<string, OpenApiMediaType>
        {
            [ProblemJson] = new()
            {
                Schema = new OpenApiSchemaReference(nameof(Microsoft.AspNetCore.Mvc.ProblemDetails)),
            },
        },
    };
}

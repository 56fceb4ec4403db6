using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Choir.Observatory.Assistants;

/// <summary>The endpoint of the Model Context Protocol.</summary>
internal static class AssistantSetup
{
    /// <summary>The path of the endpoint in the pipeline of the pages.</summary>
    public const string Path = "/mcp";

    public static void AddAssistants(this IServiceCollection services)
    {
        services.AddHttpContextAccessor();
        services.AddMcpServer(server => server.ServerInfo = new() { Name = "choir", Version = typeof(AssistantSetup).Assembly.GetName().Version?.ToString(3) ?? "0" })
            .WithHttpTransport(transport => transport.Stateless = true)
            .WithTools<AssistantTools>(ObservatoryJson.Options);
    }

    public static void MapAssistants(this IEndpointRouteBuilder app) => app.MapMcp(Path).AllowAnonymous();

    /// <summary>Lets only those with a key, or with the token of the application's own assistants, pass.</summary>
    public static void UseAssistantKeys(this IApplicationBuilder app, ObservatoryOptions options) => app.Use((context, next) =>
    {
        if (!context.Request.Path.StartsWithSegments(Path, StringComparison.Ordinal) || IsAllowed(context, options))
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return Task.CompletedTask;
    });

    private static bool IsAllowed(HttpContext context, ObservatoryOptions options) =>
        (AuthenticationHeaderValue.TryParse(context.Request.Headers.Authorization, out var header)
            && header is { Scheme: var scheme, Parameter.Length: > 0 }
            && scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase)
            && options.RoleOfKey?.Invoke(header.Parameter) is not null)
        || (options.AssistantToken is { Length: > 0 } token && Tokens.AreEqual(token, context.Request.Query["token"].ToString()));
}

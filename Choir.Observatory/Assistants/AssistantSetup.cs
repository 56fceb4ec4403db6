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

    private static readonly object CallerKey = new();

    public static void AddAssistants(this IServiceCollection services, ObservatoryOptions options)
    {
        services.AddHttpContextAccessor();
        var server = services.AddMcpServer(server => server.ServerInfo = new() { Name = "choir", Version = typeof(AssistantSetup).Assembly.GetName().Version?.ToString(3) ?? "0" })
            .WithHttpTransport(transport => transport.Stateless = true)
            .WithMessageFilters(filters => filters.AddIncomingFilter(ParameterFilter.Checked))
            .WithRequestFilters(filters => filters.AddCallToolFilter(ToolArguments.Checked).AddListToolsFilter(ParameterFilter.WithoutCursor))
            .WithTools<AssistantTools>(ObservatoryJson.Options);
        if (options.AssistantActions)
        {
            server.WithTools<AssistantActions>(ObservatoryJson.Options);
        }
    }

    public static void MapAssistants(this IEndpointRouteBuilder app) => app.MapMcp(Path).AddEndpointFilter(AssistantMessages.CheckAsync).AllowAnonymous();

    /// <summary>Lets only those with a key, or with the token of the application's own assistants, pass.</summary>
    public static void UseAssistantKeys(this IApplicationBuilder app, ObservatoryOptions options) => app.Use((context, next) =>
    {
        if (!context.Request.Path.StartsWithSegments(Path, StringComparison.Ordinal))
        {
            return next(context);
        }

        if (CallerOf(context, options) is { } caller)
        {
            context.Items[CallerKey] = caller;

            // The application may not have set it.
            context.RequestServices.GetRequiredService<IHttpContextAccessor>().HttpContext ??= context;
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return Task.CompletedTask;
    });

    /// <summary>The key of an operator that the request has; null if it has none.</summary>
    public static string? OperatorKeyOf(HttpContext? context) => context?.Items[CallerKey] is Caller { Role: ObservatoryRole.Operator } caller ? caller.Key : null;

    // The token of an address may be in logs of others: it never allows more than reading.
    private static Caller? CallerOf(HttpContext context, ObservatoryOptions options) =>
        AuthenticationHeaderValue.TryParse(context.Request.Headers.Authorization, out var header)
            && header is { Scheme: var scheme, Parameter: { Length: > 0 } key }
            && scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase)
            && options.RoleOfKey?.Invoke(key) is { } role ? new Caller(role, key)
        : options.AssistantToken is { Length: > 0 } token && Tokens.AreEqual(token, context.Request.Query["token"].ToString()) ? new Caller(ObservatoryRole.Reader, null)
        : null;

    private sealed record Caller(ObservatoryRole Role, string? Key);
}

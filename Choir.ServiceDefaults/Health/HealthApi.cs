using Choir.ServiceDefaults.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Choir.ServiceDefaults.Health;

/// <summary>The health routes.</summary>
internal static class HealthApi
{
    private const string RetryAfterSeconds = "5";

    public static void AddHealthApi(this IHostApplicationBuilder builder)
    {
        builder.Services.AddHealthChecks();
        builder.Services.AddOptions<HealthOptions>().BindSettings(HealthOptions.Section);
        builder.Services.AddSingleton<HealthMonitor>();
        builder.Services.AddSingleton<IHealthMonitor>(services => services.GetRequiredService<HealthMonitor>());
        builder.Services.AddHostedService(services => services.GetRequiredService<HealthMonitor>());
    }

    public static void MapHealthApi(this IEndpointRouteBuilder app)
    {
        var health = app.MapGroup("").AllowAnonymous().WithTags("Health").AnswerHead();
        health.MapGet("/alive", Alive)
            .WithName("GetAlive")
            .WithSummary("Liveness: is the process running?")
            .WithDescription("200 while the process can answer requests.");
        health.MapGet("/ready", ReadyAsync)
            .WithName("GetReady")
            .WithSummary("Readiness: can the service handle requests?")
            .WithDescription("503 if the actor system or the database is unhealthy, otherwise 200.")
            .Produces<HealthView>().Produces<HealthView>(StatusCodes.Status503ServiceUnavailable);
        health.MapGet("/health", HealthAsync)
            .WithName("GetHealth")
            .WithSummary("The health of each component")
            .WithDescription(
                "200 for healthy and degraded, 503 for unhealthy; the worst component decides. Results are cached for a second.")
            .Produces<HealthView>().Produces<HealthView>(StatusCodes.Status503ServiceUnavailable);
    }

    private static Ok<AliveView> Alive() => TypedResults.Ok(new AliveView("healthy"));

    private static async Task<JsonHttpResult<HealthView>> ReadyAsync(
        IHealthMonitor monitor, HttpContext context, CancellationToken cancellationToken) =>
        Answer(await monitor.CurrentAsync(HealthComponents.NeededForReadiness, cancellationToken), context);

    private static async Task<JsonHttpResult<HealthView>> HealthAsync(
        IHealthMonitor monitor, HttpContext context, CancellationToken cancellationToken) =>
        Answer(await monitor.CurrentAsync(cancellationToken), context);

    private static JsonHttpResult<HealthView> Answer(HealthView view, HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (view.Status != HealthView.Unhealthy)
        {
            return TypedResults.Json(view);
        }

        context.Response.Headers.RetryAfter = RetryAfterSeconds;
        return TypedResults.Json(view, statusCode: StatusCodes.Status503ServiceUnavailable);
    }
}

/// <summary>The answer of <c>GET /alive</c>.</summary>
/// <param name="Status">Always <c>healthy</c>.</param>
public sealed record AliveView(string Status);

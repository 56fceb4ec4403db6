using Choir.Observatory.History;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Choir.Observatory.Api;

/// <summary>The route of the health of components over the last hour.</summary>
internal static class HealthHistoryApi
{
    /// <param name="app">The routes.</param>
    /// <param name="observatory">The live pages, which keep the history.</param>
    public static void MapHealthHistory(this IEndpointRouteBuilder app, ObservatoryEndpoint observatory) =>
        app.MapGet("/health/history", Ok<HealthHistoryView> () => TypedResults.Ok(observatory.HealthHistory))
            .WithTags("Health")
            .WithName("GetHealthHistory")
            .WithSummary("The health of each component over the last hour")
            .WithDescription(
                "As far as this process has seen it, each five seconds. A span is a time with the same status: `healthy`, `degraded`, `unhealthy`, or `unknown` if the"
                + " health could not be read; `reason` is that of its beginning. Where no span is, this process did not run, or the application did not name the component.");
}

/// <summary>The health of components over the last hour.</summary>
/// <param name="At">The time.</param>
/// <param name="Components">The components; empty if the application has none to show.</param>
public sealed record HealthHistoryView(DateTimeOffset At, IReadOnlyList<ComponentHistory> Components);

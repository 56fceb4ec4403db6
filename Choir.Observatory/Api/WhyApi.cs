using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Choir.Observatory.Api;

/// <summary>The route that says what is wrong.</summary>
internal static class WhyApi
{
    /// <param name="app">The routes.</param>
    /// <param name="observatory">The live pages, which keep the figures of the last hour.</param>
    public static void MapWhy(this IEndpointRouteBuilder app, ObservatoryEndpoint observatory) =>
        app.MapGet("/why", async Task<Ok<WhyView>> (CancellationToken cancellationToken) =>
                TypedResults.Ok(await observatory.WhyAsync(cancellationToken)))
            .WithTags("Why")
            .WithName("GetWhy")
            .WithSummary("What is wrong, in one to three sentences with their figures")
            .WithDescription(
                "Compares the last minute with the older part of the last hour, as far as this process has seen it. `findings` has at most three entries, the"
                + " one with the largest `share` first: the share of the time or of the failures that it explains, 0 to 1. `cause` is the kind of cause,"
                + " `subject` what it concerns, `evidence` the figures, `link` a live page. Without any, `text` is \"Nothing stands out.\".")
            .WithProblems(503);
}

using Choir.Actors.Inspection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Choir.Observatory.Api;

/// <summary>The route of the message flow.</summary>
internal static class FlowApi
{
    public static void MapFlow(this IEndpointRouteBuilder app) =>
        app.MapGet("/flow", GetAsync)
            .WithTags("Flow")
            .WithName("GetFlow")
            .WithSummary("The message flow: which actor type sends which messages to which")
            .WithDescription(
                "Rates and times cover the last minute (`windowSeconds`); counts start with the hosts. Times are measured"
                + " from sending a message to the end of its handler. `hosts.missing` names the hosts that did not answer.")
            .WithProblems(503);

    private static async Task<Ok<FlowView>> GetAsync(IActorInspection inspection, CancellationToken cancellationToken) =>
        TypedResults.Ok(await inspection.FlowAsync(cancellationToken));
}

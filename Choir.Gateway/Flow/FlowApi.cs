using Choir.Actors.Inspection;
using Choir.Gateway.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Choir.Gateway.Flow;

/// <summary>The message flow.</summary>
internal static class FlowApi
{
    public static void MapFlow(this IEndpointRouteBuilder app) =>
        app.MapGet("/flow", GetAsync)
            .WithTags("Flow")
            .WithName("GetFlow")
            .WithSummary("Who sends what to whom: actor types, and the messages between them")
            .WithDescription(
                "Rates and times are those of the last minute (`windowSeconds`), counts those since the hosts started. A time is"
                + " that from a message's being sent to its handler's end. `hosts.missing` names the hosts that did not answer.")
            .WithProblems(503);

    private static async Task<Ok<FlowView>> GetAsync(IActorInspection inspection, CancellationToken cancellationToken) =>
        TypedResults.Ok(await inspection.FlowAsync(cancellationToken));
}

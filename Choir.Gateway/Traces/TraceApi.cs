using System.ComponentModel;
using Choir.Actors.Inspection;
using Choir.Gateway.Actors;
using Choir.Gateway.OpenApi;
using Choir.Gateway.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Choir.Gateway.Traces;

/// <summary>The route that returns all messages of a correlation.</summary>
internal static class TraceApi
{
    public static void MapTraces(this IEndpointRouteBuilder app) =>
        app.MapGet("/traces/{correlationId}", GetAsync)
            .WithTags("Traces")
            .WithName("GetTrace")
            .WithSummary("All messages of a correlation, in order, with times")
            .WithDescription(
                "From the flight recorders of all hosts, whether the trace is sampled or not. They hold the latest messages, and for"
                + " longer the failed and the slowest ones. At most 1,000 messages (`isCut` if there are more)."
                + " `hosts.missing` names the hosts that did not answer.")
            .WithProblems(400, 404, 503);

    private static async Task<Ok<TraceView>> GetAsync(
        [Description("The correlation id, as returned for an input.")] string correlationId,
        IActorInspection inspection,
        CancellationToken cancellationToken)
    {
        var id = Ids.Parse(correlationId, "correlation id");
        var view = await inspection.TraceAsync(id, cancellationToken);
        return view.Hops.Count > 0
            ? TypedResults.Ok(view)
            : throw ProblemException.NotFound(
                $"No host holds records of the correlation {id}." + ActorInspectionApi.Missing(view.Hosts));
    }
}

using System.ComponentModel;
using Choir.Actors.Inspection;
using Choir.Gateway.Actors;
using Choir.Gateway.OpenApi;
using Choir.Gateway.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Choir.Gateway.Traces;

/// <summary>What happened to everything that one message began.</summary>
internal static class TraceApi
{
    public static void MapTraces(this IEndpointRouteBuilder app) =>
        app.MapGet("/traces/{correlationId}", GetAsync)
            .WithTags("Traces")
            .WithName("GetTrace")
            .WithSummary("Every message of a correlation, in order, with its times")
            .WithDescription(
                "From the hosts' flight recorders, whether the trace is sampled or not: they hold the last messages, and for"
                + " longer those that failed and the slowest. At most 1,000 messages (`isCut` if there were more)."
                + " `hosts.missing` names the hosts that did not answer.")
            .WithProblems(400, 404, 503);

    private static async Task<Ok<TraceView>> GetAsync(
        [Description("The correlation's id, as an input's answer gives it.")] string correlationId,
        IActorInspection inspection,
        CancellationToken cancellationToken)
    {
        var id = Ids.Parse(correlationId, "correlation id");
        var view = await inspection.TraceAsync(id, cancellationToken);
        return view.Hops.Count > 0
            ? TypedResults.Ok(view)
            : throw ProblemException.NotFound(
                $"No host holds anything of the correlation {id} any more." + ActorInspectionApi.Missing(view.Hosts));
    }
}

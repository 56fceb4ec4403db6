using System.ComponentModel;
using Choir.Actors;
using Choir.Actors.Inspection;
using Choir.Gateway.OpenApi;
using Choir.Gateway.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Choir.Gateway.Actors;

/// <summary>What actors do, over all hosts. Nothing here brings an actor into memory.</summary>
internal static class ActorInspectionApi
{
    private const string Hosts = " `hosts.missing` names the hosts that did not answer in time: what they know is left out.";

    public static void MapActorInspection(this IEndpointRouteBuilder app)
    {
        var actors = app.MapGroup("/actors").WithTags("Actors");
        actors.MapGet("", TypesAsync)
            .WithName("ListActorTypes")
            .WithSummary("The actor types with their figures")
            .WithDescription("Rates, shares and times are those of the last minute, counts those since the hosts started." + Hosts)
            .WithProblems(503);
        actors.MapGet("/stuck", StuckAsync)
            .WithName("GetStuckActors")
            .WithSummary("Handlers that run too long, and who waits for whom")
            .WithDescription(
                "`handlers` are those that run longer than `slowAfterMs`; `blocksThread` marks one that holds a thread instead"
                + " of awaiting. `waits` is the whole graph of who awaits whose answer, `chains` the rows in it that are held up,"
                + " `deadlocks` its cycles; a cycle is answered when it closes, so most are over." + Hosts)
            .WithProblems(503);
        actors.MapGet("/{type}", TypeAsync)
            .WithName("GetActorType")
            .WithSummary("An actor type: its figures and its hottest actors")
            .WithDescription("At most ten actors by each indicator, the hottest first." + Hosts)
            .WithProblems(400, 404, 503);
        actors.MapGet("/{type}/{id}", ActorAsync)
            .WithName("GetActor")
            .WithSummary("One actor: its state, what it is doing, its last messages and state changes")
            .WithDescription(
                "Of an actor that is not in memory (`isLive` false) this is what the hosts still hold of it; 404 if that is"
                + " nothing. Secrets in the state are taken out; a state of more than 65,536 characters is cut, and is then text"
                + " instead of JSON (`isStateCut` true)." + Hosts)
            .WithProblems(400, 404, 503);
    }

    private static async Task<Ok<ActorTypesView>> TypesAsync(IActorInspection inspection, CancellationToken cancellationToken) =>
        TypedResults.Ok(await inspection.TypesAsync(cancellationToken));

    private static async Task<Ok<StuckView>> StuckAsync(IActorInspection inspection, CancellationToken cancellationToken) =>
        TypedResults.Ok(await inspection.StuckAsync(cancellationToken));

    private static async Task<Ok<ActorTypeView>> TypeAsync(
        [Description("The actor type's name, such as ThreadActor.")] string type,
        IActorInspection inspection,
        CancellationToken cancellationToken) =>
        TypedResults.Ok(await inspection.TypeAsync(ActorPath.Type(type), cancellationToken));

    private static async Task<Ok<ActorDetails>> ActorAsync(
        [Description("The actor type's name, such as ThreadActor.")] string type,
        [Description("The actor's id.")] string id,
        IActorInspection inspection,
        CancellationToken cancellationToken)
    {
        var view = await inspection.ActorAsync(ActorPath.Address(type, id), cancellationToken);
        return view is { Live: null, Messages: [], StateChanges: [] }
            ? throw ProblemException.NotFound(
                $"The actor {type}/{id} is not in memory, and no host holds anything of it any more." + Missing(view.Hosts))
            : TypedResults.Ok(ActorDetails.Of(view));
    }

    /// <summary>Says in a problem which hosts could not be asked.</summary>
    public static string Missing(HostAnswers hosts) =>
        hosts.Missing.Count == 0 ? "" : $" These hosts did not answer: {string.Join(", ", hosts.Missing)}.";
}

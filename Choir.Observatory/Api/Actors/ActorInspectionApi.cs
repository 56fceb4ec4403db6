using System.ComponentModel;
using Choir.Actors;
using Choir.Actors.Inspection;
using Choir.Observatory.Api.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Choir.Observatory.Api.Actors;

/// <summary>The inspection routes. They read from all hosts and never activate an actor.</summary>
internal static class ActorInspectionApi
{
    private const string Hosts = " `hosts.missing` names the hosts that did not answer in time; their data is not included.";

    public static void MapActorInspection(this IEndpointRouteBuilder app)
    {
        var actors = app.MapGroup("/actors").WithTags("Actors");
        actors.MapGet("", TypesAsync)
            .WithName("ListActorTypes")
            .WithSummary("All actor types with counts, rates, times and errors")
            .WithDescription("Rates, shares and times cover the last minute; counts start with the hosts." + Hosts)
            .WithProblems(503);
        actors.MapGet("/stuck", StuckAsync)
            .WithName("GetStuckActors")
            .WithSummary("Handlers that run too long, and actors that wait for each other")
            .WithDescription(
                "`handlers` run longer than `slowAfterMs`; `blocksThread` marks a handler that blocks a thread instead"
                + " of awaiting. Its `stack` is where it stands: its async methods with file and line (where symbols are there),"
                + " down to the actor or the call that it awaits; or `problem` says why there are no frames. `waits` is the complete wait-for graph, `chains` are its paths that wait too long,"
                + " `deadlocks` its cycles. A cycle is answered with an error as soon as it closes, so most are already resolved."
                + " `possibleDeadlocks` are cycles in which handlers of actor types ask each other, since the hosts started, also if none has ever closed."
                + " `quarantines` are all those in force: messages of paused actors wait, without a handler." + Hosts)
            .WithProblems(503);
        actors.MapGet("/{type}", TypeAsync)
            .WithName("GetActorType")
            .WithSummary("One actor type with its hottest actors")
            .WithDescription("Up to ten actors for each indicator, hottest first." + Hosts)
            .WithProblems(400, 404, 503);
        actors.MapGet("/{type}/{id}", ActorAsync)
            .WithName("GetActor")
            .WithSummary("One actor: state, current message, latest messages and state changes")
            .WithDescription(
                "For an actor that is not in memory (`isLive` false) this returns what the hosts still hold; 404 if they hold"
                + " nothing and the actor is not in quarantine. Secrets in the state are removed; a state of more than 65,536 characters is truncated and returned as a string"
                + " instead of JSON (`isStateCut` true). `quarantines` are those of the actor and of its type." + Hosts)
            .WithProblems(400, 404, 503);
        actors.MapGet("/{type}/{id}/logs", LogsAsync)
            .WithName("GetActorLogs")
            .WithSummary("The latest log records of one actor, the newest first")
            .WithDescription(
                "At most 1,000 of the records that the hosts keep of it, in memory or not (`isCut` if there are more)."
                + " `keptSince` is from when on all are kept; null if none has been dropped. `hostsWithoutRecords` names the hosts that keep none." + Hosts)
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
        CancellationToken cancellationToken) =>
        TypedResults.Ok(await DetailsAsync(inspection, ActorPath.Address(type, id), cancellationToken));

    /// <exception cref="ApiProblemException">Nothing is known of the actor.</exception>
    public static async Task<ActorDetails> DetailsAsync(IActorInspection inspection, ActorAddress actor, CancellationToken cancellationToken)
    {
        var view = await inspection.ActorAsync(actor, cancellationToken);
        return view is { Live: null, Messages: [], StateChanges: [] } && view.Quarantines.All(one => one.Id is null)
            ? throw ApiProblemException.NotFound(
                $"The actor {actor.Type}/{actor.Id} is not in memory, and no host holds records of it." + Missing(view.Hosts))
            : ActorDetails.Of(view);
    }

    private static async Task<Ok<LogsView>> LogsAsync(
        [Description("The actor type's name, such as ThreadActor.")] string type,
        [Description("The actor's id.")] string id,
        IActorInspection inspection,
        CancellationToken cancellationToken)
    {
        var actor = ActorPath.Address(type, id);
        return TypedResults.Ok(await inspection.LogsAsync(
            new LogFilter(ActorType: actor.Type, ActorId: actor.Id, Limit: LogFilter.MaxLimit), cancellationToken));
    }

    /// <summary>A sentence for a problem's detail that names the hosts that did not answer; empty if all did.</summary>
    public static string Missing(HostAnswers hosts) =>
        hosts.Missing.Count == 0 ? "" : $" These hosts did not answer: {string.Join(", ", hosts.Missing)}.";
}

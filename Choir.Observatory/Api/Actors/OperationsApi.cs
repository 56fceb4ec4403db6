using System.ComponentModel;
using Choir.Actors.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Choir.Observatory.Api.Actors;

/// <summary>The routes by which an operator takes actors out of service for a limited time, or restarts one. Each use is logged.</summary>
internal static class OperationsApi
{
    private const string Example = """{ "mode": "skip", "messageType": "PROCESS_INPUT", "reason": "It fails on every input.", "minutes": 30 }""";

    private const string Description =
        "It replaces a quarantine with the same target and message type. A message type that no host handles is refused. Hosts that join later have it too; it ends early if all hosts"
        + " are restarted at once. A message that is already in its handler is not affected.";

    public static void MapOperations(this IEndpointRouteBuilder app)
    {
        var actors = app.MapGroup("/actors").WithTags("Operations");
        actors.MapPut("/{type}/quarantine", SetOfTypeAsync)
            .WithName("SetActorTypeQuarantine")
            .WithSummary("Pause or skip the messages of an actor type for a limited time")
            .WithDescription(Description)
            .WithProblems(400, 404, 413, 415, 503)
            .WithRequestExample(Example);
        actors.MapPut("/{type}/{id}/quarantine", SetOfActorAsync)
            .WithName("SetActorQuarantine")
            .WithSummary("Pause or skip the messages of one actor for a limited time")
            .WithDescription(Description)
            .WithProblems(400, 404, 413, 415, 503)
            .WithRequestExample(Example);
        actors.MapDelete("/{type}/quarantine", EndOfTypeAsync)
            .WithName("EndActorTypeQuarantine")
            .WithSummary("End a quarantine of an actor type early")
            .WithProblems(400, 404, 503);
        actors.MapDelete("/{type}/{id}/quarantine", EndOfActorAsync)
            .WithName("EndActorQuarantine")
            .WithSummary("End a quarantine of one actor early")
            .WithProblems(400, 404, 503);
        actors.MapGet("/{type}/quarantine", OfTypeAsync)
            .WithName("GetActorTypeQuarantines")
            .WithSummary("The quarantines of an actor type and of its actors")
            .WithProblems(400, 404, 503);
        actors.MapGet("/{type}/{id}/quarantine", OfActorAsync)
            .WithName("GetActorQuarantines")
            .WithSummary("The quarantines of one actor and of its type")
            .WithProblems(400, 404, 503);
        app.MapGet("/quarantines", AllAsync)
            .WithTags("Operations")
            .WithName("ListQuarantines")
            .WithSummary("All quarantines in force")
            .WithDescription("The first to end first. `hosts.missing` names the hosts that did not answer in time.")
            .WithProblems(503);
        actors.MapPost("/{type}/{id}/restart", RestartAsync)
            .WithName("RestartActor")
            .WithSummary("Restart an actor from its stored state")
            .WithDescription(
                "Waits until the messages that were queued before are handled and the actor has restarted. Activates the actor if it is"
                + " not in memory. 422 if its state cannot be loaded or its start fails, 503 if that is because the database cannot be used"
                + " now; the next message tries again.")
            .WithProblems(400, 404, 422, 503);
    }

    private static Task<Ok<QuarantineView>> SetOfTypeAsync(
        [Description("The actor type's name.")] string type, QuarantineRequest wanted, [AsParameters] OperatorServices services) =>
        SetAsync(wanted, ActorPath.Type(type), null, services);

    private static Task<Ok<QuarantineView>> SetOfActorAsync(
        [Description("The actor type's name.")] string type,
        [Description("The actor's id.")] string id,
        QuarantineRequest wanted,
        [AsParameters] OperatorServices services)
    {
        var actor = ActorPath.Address(type, id);
        return SetAsync(wanted, actor.Type, actor.Id, services);
    }

    private static Task<Ok<QuarantineView>> EndOfTypeAsync(
        [Description("The actor type's name.")] string type,
        [Description("The message type of the quarantine; omitted if it is for all messages.")] string? messageType,
        [AsParameters] OperatorServices services) =>
        EndAsync(ActorPath.Type(type), null, messageType, services);

    private static Task<Ok<QuarantineView>> EndOfActorAsync(
        [Description("The actor type's name.")] string type,
        [Description("The actor's id.")] string id,
        [Description("The message type of the quarantine; omitted if it is for all messages.")] string? messageType,
        [AsParameters] OperatorServices services)
    {
        var actor = ActorPath.Address(type, id);
        return EndAsync(actor.Type, actor.Id, messageType, services);
    }

    private static async Task<Ok<QuarantineView>> OfTypeAsync(
        [Description("The actor type's name.")] string type, IActorOperations operations, CancellationToken cancellationToken) =>
        TypedResults.Ok(await operations.QuarantinesAsync(ActorPath.Type(type), null, cancellationToken));

    private static async Task<Ok<QuarantineView>> OfActorAsync(
        [Description("The actor type's name.")] string type,
        [Description("The actor's id.")] string id,
        IActorOperations operations,
        CancellationToken cancellationToken)
    {
        var actor = ActorPath.Address(type, id);
        return TypedResults.Ok(await operations.QuarantinesAsync(actor.Type, actor.Id, cancellationToken));
    }

    private static async Task<Ok<QuarantineView>> AllAsync(IActorOperations operations, CancellationToken cancellationToken) =>
        TypedResults.Ok(await operations.QuarantinesAsync(type: null, id: null, cancellationToken));

    private static async Task<NoContent> RestartAsync(
        [Description("The actor type's name.")] string type,
        [Description("The actor's id.")] string id,
        [AsParameters] OperatorServices services)
    {
        var actor = ActorPath.Address(type, id);
        await services.Operations.RestartAsync(actor, services.Cancellation);
        services.Logger.ActorRestarted(actor.Type, actor.Id, services.NameOfUser);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<QuarantineView>> SetAsync(QuarantineRequest wanted, string type, string? id, OperatorServices services)
    {
        var (quarantine, duration) = wanted.Check(type, id, services.NameOfUser);
        var view = await services.Operations.SetQuarantineAsync(quarantine, duration, services.Cancellation);
        services.Logger.QuarantineSet(
            RuleTarget.Of(type, id, quarantine.MessageType), type, id, quarantine.MessageType, quarantine.Mode, duration.TotalMinutes, quarantine.By, quarantine.Reason);
        return TypedResults.Ok(view);
    }

    private static async Task<Ok<QuarantineView>> EndAsync(string type, string? id, string? messageType, OperatorServices services)
    {
        MessageTypeRule.Check(messageType, "messageType");
        var before = await services.Operations.QuarantinesAsync(type, id, services.Cancellation);
        var view = await services.Operations.EndQuarantineAsync(type, id, messageType, services.Cancellation);
        if (before.Quarantines.Any(one => one.Id == id && one.MessageType == messageType))
        {
            services.Logger.QuarantineEnded(RuleTarget.Of(type, id, messageType), type, id, messageType, services.NameOfUser);
        }

        return TypedResults.Ok(view);
    }
}

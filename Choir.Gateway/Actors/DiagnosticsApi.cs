using System.ComponentModel;
using Choir.Actors.Inspection;
using Choir.Gateway.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Choir.Gateway.Actors;

/// <summary>Log levels and sampling of an actor type or of one actor, changed for a time while everything runs.</summary>
internal static class DiagnosticsApi
{
    private const string Example = """{ "logLevel": "debug", "sampling": 1, "minutes": 15 }""";

    public static void MapDiagnostics(this IEndpointRouteBuilder app)
    {
        var actors = app.MapGroup("/actors").WithTags("Diagnostics");
        actors.MapPut("/{type}/diagnostics", SetOfTypeAsync)
            .WithName("SetActorTypeDiagnostics")
            .WithSummary("Change the log level or the sampling of an actor type for a time")
            .WithDescription(
                "Takes the place of what was set for the type before. A host that joins later learns of it."
                + " A change for one actor goes before one for its type. DELETE ends it before its time.")
            .WithProblems(400, 404, 413, 415, 503)
            .WithRequestExample(Example);
        actors.MapPut("/{type}/{id}/diagnostics", SetOfActorAsync)
            .WithName("SetActorDiagnostics")
            .WithSummary("Change the log level or the sampling of one actor for a time")
            .WithProblems(400, 404, 413, 415, 503)
            .WithRequestExample(Example);
        actors.MapDelete("/{type}/diagnostics", EndOfTypeAsync)
            .WithName("EndActorTypeDiagnostics")
            .WithSummary("End a changed log level or sampling of an actor type before its time")
            .WithDescription(
                "Ends what was set for the type; what was set for single actors of it stays in force. Answers what still is,"
                + " also where nothing was set. A host named as missing keeps the change until its time is over.")
            .WithProblems(400, 404, 503);
        actors.MapDelete("/{type}/{id}/diagnostics", EndOfActorAsync)
            .WithName("EndActorDiagnostics")
            .WithSummary("End a changed log level or sampling of one actor before its time")
            .WithDescription(
                "Ends what was set for the actor; what was set for its type stays in force. Answers what still is, also where"
                + " nothing was set. A host named as missing keeps the change until its time is over.")
            .WithProblems(400, 404, 503);
        actors.MapGet("/{type}/diagnostics", OfTypeAsync)
            .WithName("GetActorTypeDiagnostics")
            .WithSummary("What is changed now for an actor type and for any of its actors")
            .WithProblems(400, 404, 503);
        actors.MapGet("/{type}/{id}/diagnostics", OfActorAsync)
            .WithName("GetActorDiagnostics")
            .WithSummary("What is changed now for one actor and for its type")
            .WithProblems(400, 404, 503);
    }

    private static Task<Ok<DiagnosticsView>> SetOfTypeAsync(
        [Description("The actor type's name.")] string type,
        DiagnosticsRequest wanted,
        IActorInspection inspection,
        [FromServices] ILogger<GatewayOptions> logger,
        CancellationToken cancellationToken) =>
        SetAsync(ActorPath.Type(type), null, wanted, inspection, logger, cancellationToken);

    private static Task<Ok<DiagnosticsView>> SetOfActorAsync(
        [Description("The actor type's name.")] string type,
        [Description("The actor's id.")] string id,
        DiagnosticsRequest wanted,
        IActorInspection inspection,
        [FromServices] ILogger<GatewayOptions> logger,
        CancellationToken cancellationToken)
    {
        var actor = ActorPath.Address(type, id);
        return SetAsync(actor.Type, actor.Id, wanted, inspection, logger, cancellationToken);
    }

    private static Task<Ok<DiagnosticsView>> EndOfTypeAsync(
        [Description("The actor type's name.")] string type,
        IActorInspection inspection,
        [FromServices] ILogger<GatewayOptions> logger,
        CancellationToken cancellationToken) =>
        EndAsync(ActorPath.Type(type), null, inspection, logger, cancellationToken);

    private static Task<Ok<DiagnosticsView>> EndOfActorAsync(
        [Description("The actor type's name.")] string type,
        [Description("The actor's id.")] string id,
        IActorInspection inspection,
        [FromServices] ILogger<GatewayOptions> logger,
        CancellationToken cancellationToken)
    {
        var actor = ActorPath.Address(type, id);
        return EndAsync(actor.Type, actor.Id, inspection, logger, cancellationToken);
    }

    private static async Task<Ok<DiagnosticsView>> OfTypeAsync(
        [Description("The actor type's name.")] string type, IActorInspection inspection, CancellationToken cancellationToken) =>
        TypedResults.Ok(await inspection.DiagnosticsAsync(ActorPath.Type(type), null, cancellationToken));

    private static async Task<Ok<DiagnosticsView>> OfActorAsync(
        [Description("The actor type's name.")] string type,
        [Description("The actor's id.")] string id,
        IActorInspection inspection,
        CancellationToken cancellationToken)
    {
        var actor = ActorPath.Address(type, id);
        return TypedResults.Ok(await inspection.DiagnosticsAsync(actor.Type, actor.Id, cancellationToken));
    }

    private static async Task<Ok<DiagnosticsView>> SetAsync(
        string type, string? id, DiagnosticsRequest wanted, IActorInspection inspection, ILogger logger, CancellationToken cancellationToken)
    {
        var (level, sampling, duration) = wanted.Check();
        var view = await inspection.SetDiagnosticsAsync(type, id, level, sampling, duration, cancellationToken);
        logger.DiagnosticsChanged(type, id, level, sampling, duration.TotalMinutes);
        return TypedResults.Ok(view);
    }

    private static async Task<Ok<DiagnosticsView>> EndAsync(
        string type, string? id, IActorInspection inspection, ILogger logger, CancellationToken cancellationToken)
    {
        var view = await inspection.EndDiagnosticsAsync(type, id, cancellationToken);
        logger.DiagnosticsEnded(type, id);
        return TypedResults.Ok(view);
    }
}

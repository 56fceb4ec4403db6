using System.ComponentModel;
using System.Globalization;
using Choir.Actors.Inspection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Choir.Observatory.Api.Actors;

/// <summary>The routes that change the log level or the sampling of an actor type or one actor for a limited time.</summary>
internal static class DiagnosticsApi
{
    private const string Example = """{ "logLevel": "debug", "sampling": 1, "minutes": 15 }""";

    public static void MapDiagnostics(this IEndpointRouteBuilder app)
    {
        var actors = app.MapGroup("/actors").WithTags("Diagnostics");
        actors.MapPut("/{type}/diagnostics", SetOfTypeAsync)
            .WithName("SetActorTypeDiagnostics")
            .WithSummary("Change the log level or sampling of an actor type for a limited time")
            .WithDescription(
                "Replaces the type's previous setting. Hosts that join later receive it too."
                + " A setting of one actor overrides that of its type. DELETE ends it early.")
            .WithProblems(400, 404, 413, 415, 503)
            .WithRequestExample(Example);
        actors.MapPut("/{type}/{id}/diagnostics", SetOfActorAsync)
            .WithName("SetActorDiagnostics")
            .WithSummary("Change the log level or sampling of one actor for a limited time")
            .WithProblems(400, 404, 413, 415, 503)
            .WithRequestExample(Example);
        actors.MapDelete("/{type}/diagnostics", EndOfTypeAsync)
            .WithName("EndActorTypeDiagnostics")
            .WithSummary("End the diagnostics of an actor type early")
            .WithDescription(
                "Ends the type's setting; settings of single actors stay active. Returns the settings that are still active,"
                + " also if there was none. A host named as missing keeps the setting until it expires.")
            .WithProblems(400, 404, 503);
        actors.MapDelete("/{type}/{id}/diagnostics", EndOfActorAsync)
            .WithName("EndActorDiagnostics")
            .WithSummary("End the diagnostics of one actor early")
            .WithDescription(
                "Ends the actor's setting; that of its type stays active. Returns the settings that are still active, also if"
                + " there was none. A host named as missing keeps the setting until it expires.")
            .WithProblems(400, 404, 503);
        actors.MapGet("/{type}/diagnostics", OfTypeAsync)
            .WithName("GetActorTypeDiagnostics")
            .WithSummary("The active diagnostics of an actor type and of its actors")
            .WithProblems(400, 404, 503);
        actors.MapGet("/{type}/{id}/diagnostics", OfActorAsync)
            .WithName("GetActorDiagnostics")
            .WithSummary("The active diagnostics of one actor and of its type")
            .WithProblems(400, 404, 503);
    }

    private static Task<Ok<DiagnosticsView>> SetOfTypeAsync(
        [Description("The actor type's name.")] string type, DiagnosticsRequest wanted, [AsParameters] OperatorServices services) =>
        SetAsync(ActorPath.Type(type), null, wanted, services);

    private static Task<Ok<DiagnosticsView>> SetOfActorAsync(
        [Description("The actor type's name.")] string type,
        [Description("The actor's id.")] string id,
        DiagnosticsRequest wanted,
        [AsParameters] OperatorServices services)
    {
        var actor = ActorPath.Address(type, id);
        return SetAsync(actor.Type, actor.Id, wanted, services);
    }

    private static Task<Ok<DiagnosticsView>> EndOfTypeAsync(
        [Description("The actor type's name.")] string type, [AsParameters] OperatorServices services) =>
        EndAsync(ActorPath.Type(type), null, services);

    private static Task<Ok<DiagnosticsView>> EndOfActorAsync(
        [Description("The actor type's name.")] string type,
        [Description("The actor's id.")] string id,
        [AsParameters] OperatorServices services)
    {
        var actor = ActorPath.Address(type, id);
        return EndAsync(actor.Type, actor.Id, services);
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

    private static async Task<Ok<DiagnosticsView>> SetAsync(string type, string? id, DiagnosticsRequest wanted, OperatorServices services)
    {
        var (level, sampling, duration) = wanted.Check();
        var view = await services.Inspection.SetDiagnosticsAsync(type, id, level, sampling, duration, services.Cancellation);
        services.Logger.DiagnosticsChanged(
            RuleTarget.Of(type, id),
            type,
            id,
            string.Create(CultureInfo.InvariantCulture, $"level {level?.ToString() ?? "as configured"}, sampling {sampling?.ToString(CultureInfo.InvariantCulture) ?? "as configured"}"),
            duration.TotalMinutes);
        return TypedResults.Ok(view);
    }

    private static async Task<Ok<DiagnosticsView>> EndAsync(string type, string? id, OperatorServices services)
    {
        var before = await services.Inspection.DiagnosticsAsync(type, id, services.Cancellation);
        var view = await services.Inspection.EndDiagnosticsAsync(type, id, services.Cancellation);
        if (before.Overrides.Any(one => one.Id == id))
        {
            services.Logger.DiagnosticsEnded(RuleTarget.Of(type, id), type, id);
        }

        return TypedResults.Ok(view);
    }
}

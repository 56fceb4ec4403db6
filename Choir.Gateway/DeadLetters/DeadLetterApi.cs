using System.ComponentModel;
using Choir.Gateway.Health;
using Choir.Gateway.Problems;
using Choir.Gateway.Requests;
using Choir.Observatory.Api;
using Choir.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Choir.Gateway.DeadLetters;

/// <summary>The routes that list and replay dead letters.</summary>
internal static class DeadLetterApi
{
    public static void MapDeadLetters(this IEndpointRouteBuilder app)
    {
        var letters = app.MapGroup("/dead-letters").WithTags("Dead letters");
        letters.MapGet("", ListAsync)
            .WithName("ListDeadLetters")
            .WithSummary("The dead letters, newest first")
            .WithProblems(400, 503);
        letters.MapPost("/{id}/replay", ReplayAsync)
            .WithName("ReplayDeadLetter")
            .WithSummary("Send a dead letter's message again")
            .WithDescription(
                "The message is sent to the same actor again, with the same correlation id. If it fails again it becomes a"
                + " new dead letter. A letter can be replayed once: a second replay is answered with 409.")
            .WithProblems(400, 404, 409, 503);
    }

    private static async Task<Ok<DeadLetterPage>> ListAsync(
        [AsParameters] PageQuery page,
        PostgresDeadLetterStore store,
        DatabaseWatch database,
        CancellationToken cancellationToken)
    {
        var (cursor, count) = (page.Cursor, page.Size);
        var found = await database.ReadAsync(token => store.ListAsync(cursor, count, token), cancellationToken);
        return TypedResults.Ok(new DeadLetterPage(
            [.. found.Select(DeadLetterView.Of)], found.Count == count ? found[^1].Letter.Id : null));
    }

    private static async Task<Accepted<DeadLetterReplayed>> ReplayAsync(
        [Description("The dead letter's id.")] string id, DeadLetterReplay replay, HttpContext context, CancellationToken cancellationToken)
    {
        var letterId = Ids.Parse(id, "dead letter's id");
        var correlationId = await replay.ReplayAsync(letterId, given => Correlation.Use(context, given), cancellationToken);
        return TypedResults.Accepted((string?)null, new DeadLetterReplayed(letterId, correlationId));
    }
}

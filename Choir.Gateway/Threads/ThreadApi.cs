using System.ComponentModel;
using System.Globalization;
using Choir.Contracts.Threads;
using Choir.Gateway.Health;
using Choir.Gateway.OpenApi;
using Choir.Gateway.Problems;
using Choir.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace Choir.Gateway.Threads;

/// <summary>The routes for threads, inputs, cycles and events.</summary>
internal static class ThreadApi
{
    private const int MaxWaitSeconds = 30;

    public static void MapThreads(this IEndpointRouteBuilder app)
    {
        var threads = app.MapGroup("/threads").WithTags("Threads");
        threads.MapPost("", CreateAsync)
            .WithName("CreateThread")
            .WithSummary("Create a thread")
            .WithProblems(503, 504)
            .WithResponseExample(201, ThreadExamples.Created);
        threads.MapGet("", ListAsync)
            .WithName("ListThreads")
            .WithSummary("The threads, newest first")
            .WithProblems(400, 503);
        threads.MapGet("/{threadId}", GetAsync)
            .WithName("GetThread")
            .WithSummary("A thread with its cycles, newest first")
            .WithProblems(400, 404, 503);
        threads.MapPost("/{threadId}/inputs", SubmitAsync)
            .WithName("SubmitInput")
            .WithSummary("Post an input to a thread")
            .WithDescription(
                "The input is stored when the response is sent. 202 has the address of its cycle; with `wait`, 200 returns the"
                + " completed cycle if it ends in time (its anchor on the chain may still be pending).")
            .Produces<InputAccepted>(StatusCodes.Status202Accepted)
            .Produces<CycleView>()
            .WithProblems(400, 404, 413, 415, 503, 504)
            .WithRequestExample(ThreadExamples.Input)
            .WithResponseExample(202, ThreadExamples.Accepted);
        threads.MapGet("/{threadId}/cycles/{cycleId}", GetCycleAsync)
            .WithName("GetCycle")
            .WithSummary("A cycle: its phases, its result and its anchor on the chain")
            .WithProblems(400, 404, 503);
        threads.MapGet("/{threadId}/events", EventsAsync)
            .WithName("GetThreadEvents")
            .WithSummary("A thread's events as they happen")
            .WithDescription(
                "Server-sent events: `cycle_accepted`, `phase_completed`, `cycle_completed`, `cycle_failed` and"
                + " `anchor_changed`, starting with the first. Send `Last-Event-ID` to continue after an event. The stream ends"
                + " when the client closes it or the gateway stops.")
            .Produces<ThreadEvent>(StatusCodes.Status200OK, "text/event-stream")
            .WithProblems(400, 404, 503);
    }

    private static async Task<Created<ThreadCreated>> CreateAsync(ThreadClient threads, CancellationToken cancellationToken)
    {
        var threadId = await threads.CreateAsync(cancellationToken);
        return TypedResults.Created($"/threads/{threadId}", new ThreadCreated(threadId));
    }

    private static async Task<Ok<ThreadPage>> ListAsync(
        [AsParameters] PageQuery page, ThreadReader threads, CancellationToken cancellationToken) =>
        TypedResults.Ok(await threads.ListAsync(page, cancellationToken));

    private static async Task<Ok<ThreadView>> GetAsync(
        [Description("The thread's id.")] string threadId,
        [AsParameters] PageQuery page,
        ThreadReader threads,
        CancellationToken cancellationToken) =>
        TypedResults.Ok(await threads.GetAsync(PathIds.Thread(threadId), page, cancellationToken));

    private static async Task<Ok<CycleView>> GetCycleAsync(
        [Description("The thread's id.")] string threadId,
        [Description("The cycle's id.")] string cycleId,
        ThreadReader threads,
        CancellationToken cancellationToken) =>
        TypedResults.Ok(await threads.GetCycleAsync(
            PathIds.Thread(threadId), PathIds.Cycle(cycleId), cancellationToken));

    private static async Task<IResult> SubmitAsync(
        [Description("The thread's id.")] string threadId,
        SubmitInputRequest input,
        [Description("Makes the request safe to repeat: at most 200 visible ASCII characters.")]
        [FromHeader(Name = "Idempotency-Key")] string? idempotencyKey,
        [Description("How many seconds to wait for the completed cycle, 0 to 30; 0 if omitted.")] int? wait,
        ThreadClient threads,
        ThreadReader reader,
        IOptions<GatewayOptions> options,
        CancellationToken cancellationToken)
    {
        var id = PathIds.Thread(threadId);
        if (wait is < 0 or > MaxWaitSeconds)
        {
            throw ProblemException.Invalid($"?wait= must be from 0 to {MaxWaitSeconds} seconds; it is {wait}.");
        }

        SubmitInputRequest.CheckKey(idempotencyKey);
        input.Check(options.Value.MaxContentBytes);

        var accepted = await threads.SubmitAsync(id, new SubmitInput(input.Content, idempotencyKey), cancellationToken);
        if (wait > 0
            && await reader.WaitForEndAsync(id, accepted.CycleId, TimeSpan.FromSeconds(wait.Value), cancellationToken) is { } cycle)
        {
            return TypedResults.Ok(cycle);
        }

        return TypedResults.Accepted($"/threads/{id}/cycles/{accepted.CycleId}", accepted);
    }

    private static async Task<IResult> EventsAsync(
        [Description("The thread's id.")] string threadId,
        [Description("The id of the last event that the client received.")]
        [FromHeader(Name = "Last-Event-ID")] string? lastEventId,
        ThreadReader threads,
        EventStreams streams,
        IOptions<GatewayOptions> options,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        var id = PathIds.Thread(threadId);
        var after = LastEvent(lastEventId);
        await threads.ThrowIfUnknownAsync(id, cancellationToken);
        return new EventStreamResult(
            threads.Events(id, after), streams.Enter(), options.Value.Heartbeat, time, streams.Stopping);
    }

    private static long LastEvent(string? text) =>
        string.IsNullOrEmpty(text) ? 0
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id
            : throw ProblemException.Invalid("Last-Event-ID must be the id of an event: a whole number.");
}

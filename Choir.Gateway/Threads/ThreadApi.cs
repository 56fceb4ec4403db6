using System.ComponentModel;
using System.Globalization;
using Choir.Contracts.Threads;
using Choir.Gateway.Health;
using Choir.Gateway.Problems;
using Choir.Gateway.Requests;
using Choir.Observatory.Api;
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
            .WithProblems(409, 422, 503, 504)
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
                + " completed cycle if it ends in time (its anchor on the chain may still be pending). A gateway that is stopping"
                + " does not wait.")
            .Produces<InputAccepted>(StatusCodes.Status202Accepted)
            .Produces<CycleView>()
            .WithProblems(400, 404, 409, 413, 415, 422, 503, 504)
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
                + " `anchor_changed`, starting with the first. Send `Last-Event-ID` to continue after an event; if the thread has"
                + " no such event yet, the stream starts with the first one; so does an open stream when the database has returned to an earlier state"
                + " (a failover to a server that was behind). The stream ends when the client closes it or the gateway stops.")
            .DisableRateLimiting()
            .Produces<ThreadEvent>(StatusCodes.Status200OK, "text/event-stream")
            .WithProblems(400, 404, 503);
    }

    private static async Task<Created<ThreadCreated>> CreateAsync(
        ThreadClient threads, HttpContext context, CancellationToken cancellationToken)
    {
        var created = await threads.CreateAsync(Correlation.Start(context), cancellationToken);
        return TypedResults.Created($"/threads/{created.ThreadId}", created);
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
        [Description(
            "Makes this request (no other kind) safe to repeat: 1 to 200 printable ASCII characters. A second request with the same key and the same"
            + " content returns the cycle of the first; with another content it is answered with 422.")]
        [FromHeader(Name = SubmitInputRequest.KeyHeader)] string? idempotencyKey,
        [Description("How many seconds to wait for the completed cycle, 0 to 30; 0 if omitted.")] int? wait,
        ThreadClient threads,
        ThreadReader reader,
        EventStreams streams,
        IOptions<GatewayOptions> options,
        HttpContext context,
        CancellationToken cancellationToken)
    {
        var id = PathIds.Thread(threadId);
        if (wait is < 0 or > MaxWaitSeconds)
        {
            throw ProblemException.Invalid($"?wait= must be from 0 to {MaxWaitSeconds} seconds; it is {wait}.");
        }

        SubmitInputRequest.CheckKey(context.Request.Headers[SubmitInputRequest.KeyHeader]);
        input.Check(options.Value.MaxContentBytes);

        var accepted = await threads.SubmitAsync(
            id, new SubmitInput(input.Content, idempotencyKey), Correlation.Start(context), cancellationToken);

        // That of the first request, if this one repeats it.
        Correlation.Use(context, Guid.Parse(accepted.CorrelationId));
        return wait > 0 && await EndOfAsync(
            reader, accepted, TimeSpan.FromSeconds(wait.Value), streams.Stopping, cancellationToken) is { } cycle
            ? TypedResults.Ok(cycle)
            : TypedResults.Accepted($"/threads/{id}/cycles/{accepted.CycleId}", accepted);
    }

    // Null if the cycle has not ended in time, and as soon as the gateway stops: the response must be sent before the
    // connection is closed.
    private static async Task<CycleView?> EndOfAsync(
        ThreadReader reader, InputAccepted input, TimeSpan limit, CancellationToken stopping, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stopping);
        try
        {
            return await reader.WaitForEndAsync(input.ThreadId, input.CycleId, limit, end.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
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
        var known = await threads.KnownEventAsync(id, after, cancellationToken);
        return new EventStreamResult(
            threads.Events(id, known), streams.Enter(), options.Value.Heartbeat, time, streams.Stopping);
    }

    private static long LastEvent(string? text) =>
        string.IsNullOrEmpty(text) ? 0
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id
            : text.All(char.IsAsciiDigit) ? long.MaxValue
            : throw ProblemException.Invalid("Last-Event-ID must be the id of an event: a whole number without a sign.");
}

using System.ComponentModel;
using Choir.Actors.Inspection;
using Choir.Observatory.Api.Actors;
using Choir.Observatory.Api.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Choir.Observatory.Api;

/// <summary>The routes that return all messages, and the log records, of a correlation or a trace.</summary>
internal static class TraceApi
{
    internal const int MaxHops = 1_000;

    private const string ExampleId = "0192f7a0-1b2c-7d3e-8f40-5a6b7c8d9e0f";

    public static void MapTraces(this IEndpointRouteBuilder app)
    {
        var traces = app.MapGroup("/traces").WithTags("Traces");
        traces.MapGet("/{id}", GetAsync)
            .WithName("GetTrace")
            .WithSummary("All messages of a correlation or a trace, in order, with times")
            .WithDescription(
                "From the flight recorders of all hosts, whether the trace is sampled or not. They hold the latest messages, and for"
                + " longer the failed and the slowest ones. At most 1,000 messages (`isCut` if there are more)."
                + " `hosts.missing` names the hosts that did not answer.")
            .WithProblems(400, 404, 503);
        traces.MapGet("/{id}/logs", LogsAsync)
            .WithName("GetTraceLogs")
            .WithSummary("The log records of a correlation or a trace, in order")
            .WithDescription(
                "Each actor host keeps its latest log records that are about an actor or a correlation; warnings and errors are kept apart, so that"
                + " others do not displace them. At most 1,000 records, the latest ones (`isCut` if there are more); none if no host keeps one."
                + " `keptSince` is from when on all are kept; null if none has been dropped. `hostsWithoutRecords` names the hosts that keep none."
                + " `hosts.missing` names the hosts that did not answer.")
            .WithProblems(400, 503);
    }

    private static async Task<Ok<TraceView>> GetAsync(
        [Description(
            "The correlation id, as returned by every request that sends a message, or the trace id: 32 hexadecimal digits.")]
        string id,
        IActorInspection inspection,
        CancellationToken cancellationToken) =>
        TypedResults.Ok(await TraceAsync(inspection, id, cancellationToken));

    /// <exception cref="ApiProblemException">The id is not valid, or nothing is known of it.</exception>
    internal static async Task<TraceView> TraceAsync(IActorInspection inspection, string id, CancellationToken cancellationToken)
    {
        var view = await inspection.TraceAsync(IdOf(id), cancellationToken);
        return view.Hops.Count > 0
            ? Cut(view)
            : throw ApiProblemException.NotFound(
                $"No host holds records of the correlation or trace {id}." + ActorInspectionApi.Missing(view.Hosts));
    }

    private static async Task<Ok<LogsView>> LogsAsync(
        [Description("The correlation id, or the trace id: 32 hexadecimal digits.")] string id,
        IActorInspection inspection,
        CancellationToken cancellationToken)
    {
        var view = await inspection.LogsAsync(new LogFilter(IdOf(id), Limit: LogFilter.MaxLimit), cancellationToken);
        return TypedResults.Ok(view with { Records = view.Records.Reverse().ToArray() });
    }

    // Hosts compare the digits with those of both kinds of ids.
    private static Guid IdOf(string id) => Guid.TryParseExact(id, "N", out var given) || Guid.TryParseExact(id, "D", out given)
        ? given
        : throw ApiProblemException.Invalid(
            $"The id must be a correlation id, a UUID such as {ExampleId}, or a trace id, which has 32 hexadecimal digits.");

    internal static TraceView Cut(TraceView view) =>
        view.Hops.Count > MaxHops ? view with { Hops = view.Hops.Take(MaxHops).ToArray(), IsCut = true } : view;
}

using Choir.Gateway.Health;
using Choir.Gateway.Problems;
using Choir.Observatory.Api;
using Choir.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Choir.Gateway.Metrics;

/// <summary>Service discovery for Prometheus: the metrics address of each process.</summary>
internal static class MetricsTargetApi
{
    public static void MapMetricsTargets(this IEndpointRouteBuilder app) =>
        app.MapGet("/metrics/targets", ListAsync)
            .AllowAnonymous()
            .WithTags("Metrics")
            .WithName("ListMetricsTargets")
            .WithSummary("The metrics address of each process, in the format of Prometheus' HTTP service discovery")
            .WithDescription(
                "Needs no API key. A process that has not renewed its registration for 60 s is omitted, except while no process"
                + " can: then the answer is 503.")
            .WithProblems(503);

    private static async Task<Ok<List<MetricsTargetGroup>>> ListAsync(
        MetricsTargetStore store, DatabaseWatch database, CancellationToken cancellationToken) =>
        TypedResults.Ok(await TargetsAsync(store, database, cancellationToken));

    /// <summary>All processes; a problem while the list is not complete.</summary>
    public static async Task<List<MetricsTargetGroup>> TargetsAsync(MetricsTargetStore store, DatabaseWatch database, CancellationToken cancellationToken)
    {
        var targets = await database.ReadAsync(store.ListAsync, cancellationToken)
            ?? throw ProblemException.Unavailable(
                ProblemCodes.DatabaseUnavailable,
                "The list of processes is not complete now: for a time no process could register in the database, or this gateway"
                + " has just started. Ask again in some seconds. Prometheus uses its last list meanwhile.");
        return [.. targets.Select(MetricsTargetGroup.Of)];
    }
}

/// <summary>One process in the format of Prometheus' HTTP service discovery.</summary>
/// <param name="Targets">The address as <c>host:port</c>.</param>
/// <param name="Labels">The labels of all its series: <c>service</c>, <c>host</c> (the machine), <c>address</c> (for alerts about a process that is no longer listed), <c>instance</c> (the process' name), and the scheme if it is not http.</param>
internal sealed record MetricsTargetGroup(IReadOnlyList<string> Targets, IReadOnlyDictionary<string, string> Labels)
{
    // See https://prometheus.io/docs/prometheus/latest/http_sd/.
    private const string SchemeLabel = "__scheme__";

    public static MetricsTargetGroup Of(MetricsTarget target)
    {
        // One that is no address is shown as it is stored: Prometheus refuses this target, and scrapes the others.
        var isAddress = Uri.TryCreate(target.Address, UriKind.Absolute, out var address) && address.Host.Length > 0;
        var shown = isAddress ? $"{address!.Host}:{address.Port}" : target.Address;
        var labels = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["service"] = target.Service, ["host"] = target.Host, ["address"] = shown,
        };
        if (target.Instance.Length > 0)
        {
            labels["instance"] = target.Instance;
        }

        if (isAddress && address!.Scheme != Uri.UriSchemeHttp)
        {
            labels[SchemeLabel] = address.Scheme;
        }

        return new MetricsTargetGroup([shown], labels);
    }
}

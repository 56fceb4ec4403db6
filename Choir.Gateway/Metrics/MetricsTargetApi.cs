using Choir.Gateway.Health;
using Choir.Gateway.OpenApi;
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
            .WithDescription("Needs no API key. A process that has not renewed its registration for 60 s is omitted.")
            .WithProblems(503);

    private static async Task<Ok<List<MetricsTargetGroup>>> ListAsync(
        MetricsTargetStore store, DatabaseWatch database, CancellationToken cancellationToken)
    {
        var targets = await database.RunAsync(store.ListAsync, cancellationToken);
        return TypedResults.Ok(targets.Select(MetricsTargetGroup.Of).ToList());
    }
}

/// <summary>One process in the format of Prometheus' HTTP service discovery.</summary>
/// <param name="Targets">The address as <c>host:port</c>.</param>
/// <param name="Labels">The labels of all its series: <c>service</c>, <c>host</c>, and the scheme if it is not http.</param>
internal sealed record MetricsTargetGroup(IReadOnlyList<string> Targets, IReadOnlyDictionary<string, string> Labels)
{
    // See https://prometheus.io/docs/prometheus/latest/http_sd/.
    private const string SchemeLabel = "__scheme__";

    public static MetricsTargetGroup Of(MetricsTarget target)
    {
        var address = new Uri(target.Address);
        var labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["service"] = target.Service, ["host"] = target.Host };
        if (address.Scheme != Uri.UriSchemeHttp)
        {
            labels[SchemeLabel] = address.Scheme;
        }

        return new MetricsTargetGroup([$"{address.Host}:{address.Port}"], labels);
    }
}

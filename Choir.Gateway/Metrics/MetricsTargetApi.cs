using Choir.Gateway.Health;
using Choir.Gateway.OpenApi;
using Choir.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Choir.Gateway.Metrics;

/// <summary>Where every process serves its metrics, for those that scrape them.</summary>
internal static class MetricsTargetApi
{
    public static void MapMetricsTargets(this IEndpointRouteBuilder app) =>
        app.MapGet("/metrics/targets", ListAsync)
            .AllowAnonymous()
            .WithTags("Metrics")
            .WithName("ListMetricsTargets")
            .WithSummary("Every process' own metrics address, as Prometheus' HTTP service discovery wants it")
            .WithDescription("Needs no API key. A process that has not been heard of for 60 s is left out.")
            .WithProblems(503);

    private static async Task<Ok<List<MetricsTargetGroup>>> ListAsync(
        MetricsTargetStore store, DatabaseWatch database, CancellationToken cancellationToken)
    {
        var targets = await database.RunAsync(store.ListAsync, cancellationToken);
        return TypedResults.Ok(targets.Select(MetricsTargetGroup.Of).ToList());
    }
}

/// <summary>A process' metrics in the form of Prometheus' HTTP service discovery.</summary>
/// <param name="Targets">Its address: <c>host:port</c>.</param>
/// <param name="Labels">What every series of it gets: <c>service</c> and <c>host</c>; and the scheme if it is not http.</param>
internal sealed record MetricsTargetGroup(IReadOnlyList<string> Targets, IReadOnlyDictionary<string, string> Labels)
{
    // How Prometheus is told: https://prometheus.io/docs/prometheus/latest/http_sd/
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

using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Choir.Tests.Support;

namespace Choir.Tests.Observability.Dashboards;

/// <summary>A query of a dashboard, as Grafana sends it.</summary>
/// <param name="Where">The panel or annotation of the query.</param>
/// <param name="Expression">The query, with values in place of variables.</param>
/// <param name="IsInstant">Whether it is an instant query.</param>
/// <param name="HasExemplars">Whether it requests exemplars.</param>
internal sealed partial record DashboardQuery(string Where, string Expression, bool IsInstant, bool HasExemplars)
{
    private static readonly TimeSpan Shown = TimeSpan.FromMinutes(1);

    // The values of variables with everything selected, for the last minute and a scrape every second.
    private static readonly (string Variable, string Value)[] Variables =
    [
        ("$__rate_interval", "10s"), ("$__range", "1m"), ("$__interval", "1s"), ("$actor_type", ".*"), ("$message_type", ".*"), ("$host", ".*"),
    ];

    /// <summary>Every Prometheus query of panels and annotations.</summary>
    public static IReadOnlyList<DashboardQuery> All { get; } = [.. DashboardFile.All.SelectMany(Of)];

    public override string ToString() => $"{Where}: {Expression}";

    /// <summary>Replaces variables with their values.</summary>
    public static string Resolve(string expression)
    {
        var resolved = Variables.Aggregate(expression, (text, one) => text.Replace(one.Variable, one.Value, StringComparison.Ordinal));
        Assert.DoesNotMatch(Variable(), resolved);
        return resolved;
    }

    /// <summary>Whether it returns a number for the last minute.</summary>
    public async Task<bool> GivesDataAsync(PrometheusServer prometheus)
    {
        var result = IsInstant
            ? await prometheus.AskAsync("query", ("query", Expression))
            : await prometheus.AskAsync("query_range", [("query", Expression), .. Range(), ("step", "1")]);
        return result.GetProperty("result").EnumerateArray().SelectMany(Values).Any(value => value != "NaN");
    }

    /// <summary>Whether it returns an exemplar with a trace id.</summary>
    public async Task<bool> HasTraceAsync(PrometheusServer prometheus)
    {
        var series = await prometheus.AskAsync("query_exemplars", [("query", Expression), .. Range()]);
        return series.EnumerateArray().SelectMany(one => one.GetProperty("exemplars").EnumerateArray())
            .Any(exemplar => exemplar.GetProperty("labels").TryGetProperty("trace_id", out var id) && id.GetString()!.Length == 32);
    }

    private static IEnumerable<DashboardQuery> Of(DashboardFile file) =>
        file.Panels.SelectMany(panel => panel.Targets.Select(target => new DashboardQuery(
                $"{panel} {target.GetProperty("refId").GetString()}", Resolve(target.GetProperty("expr").GetString()!),
                target.GetProperty("instant").GetBoolean(), target.TryGetProperty("exemplar", out var exemplar) && exemplar.GetBoolean())))
            .Concat(file.Annotations.Where(annotation => annotation.TryGetProperty("expr", out _)).Select(annotation => new DashboardQuery(
                $"{file} / {annotation.GetProperty("name").GetString()}", Resolve(annotation.GetProperty("expr").GetString()!), false, false)));

    private static IEnumerable<string> Values(JsonElement series) =>
        series.TryGetProperty("value", out var value)
            ? [value[1].GetString()!]
            : series.GetProperty("values").EnumerateArray().Select(one => one[1].GetString()!);

    private static (string Name, string Value)[] Range()
    {
        var now = TimeProvider.System.GetUtcNow();
        return [("start", Seconds(now - Shown)), ("end", Seconds(now))];
    }

    private static string Seconds(DateTimeOffset time) => (time.ToUnixTimeMilliseconds() / 1000.0).ToString(CultureInfo.InvariantCulture);

    // $1 is a group of a regular expression.
    [GeneratedRegex(@"\$[a-z_{]")]
    private static partial Regex Variable();
}

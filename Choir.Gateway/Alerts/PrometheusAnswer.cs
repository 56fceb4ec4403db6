using System.Globalization;
using System.Text.Json;
using Choir.Observatory;

namespace Choir.Gateway.Alerts;

/// <summary>Reads the data of an answer of Prometheus' query API: a vector, a matrix or a scalar.</summary>
internal static class PrometheusAnswer
{
    /// <summary>The most series that are read; the answer is bounded in bytes too.</summary>
    public const int MaxSeries = 1_000;

    private const string OwnName = "__name__";

    /// <exception cref="InvalidOperationException">The data is something else; other exceptions of reading JSON too.</exception>
    public static MetricsAnswer Read(JsonElement data)
    {
        var result = data.GetProperty("result");
        return data.GetProperty("resultType").GetString() switch
        {
            "vector" => new MetricsAnswer([.. Series(result).Select(one => Series(one, [one.GetProperty("value")]))]),
            "matrix" => new MetricsAnswer([.. Series(result).Select(one => Series(one, one.GetProperty("values").EnumerateArray()))]),
            "scalar" => new MetricsAnswer([new MetricsSeries(new Dictionary<string, string>(), [Point(result)])]),
            _ => new MetricsAnswer([], "The expression has no numbers."),
        };
    }

    private static IEnumerable<JsonElement> Series(JsonElement result) => result.EnumerateArray().Take(MaxSeries);

    private static MetricsSeries Series(JsonElement series, IEnumerable<JsonElement> values) => new(
        series.GetProperty("metric").EnumerateObject().Where(label => label.Name != OwnName)
            .GroupBy(label => label.Name, StringComparer.Ordinal).ToDictionary(label => label.Key, label => label.First().Value.GetString() ?? "", StringComparer.Ordinal),
        [.. values.Select(Point)]);

    private static MetricsPoint Point(JsonElement point) => new(
        DateTimeOffset.UnixEpoch.AddSeconds(point[0].GetDouble()),
        point[1].GetString() switch
        {
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            var text => double.Parse(text ?? "", NumberStyles.Float, CultureInfo.InvariantCulture),
        });
}

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

    /// <exception cref="InvalidOperationException">The data is something else, or no series can be read; other exceptions of reading JSON too.</exception>
    public static MetricsAnswer Read(JsonElement data)
    {
        var result = data.GetProperty("result");
        return data.GetProperty("resultType").GetString() switch
        {
            "vector" => Read(result, one => Series(one, [one.GetProperty("value")])),
            "matrix" => Read(result, one => Series(one, one.GetProperty("values").EnumerateArray())),
            "scalar" => new MetricsAnswer([new MetricsSeries(new Dictionary<string, string>(), [Point(result)])]),
            _ => new MetricsAnswer([], "The expression has no numbers."),
        };
    }

    /// <summary>Whether an exception means that JSON is not what was expected.</summary>
    public static bool IsOdd(Exception exception) =>
        exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentOutOfRangeException or IndexOutOfRangeException;

    // One odd series, such as a native histogram, must not hide the others.
    private static MetricsAnswer Read(JsonElement result, Func<JsonElement, MetricsSeries> read)
    {
        var (series, unreadable) = (new List<MetricsSeries>(), 0);
        foreach (var one in result.EnumerateArray().Take(MaxSeries))
        {
            try
            {
                series.Add(read(one));
            }
            catch (Exception exception) when (IsOdd(exception))
            {
                unreadable++;
            }
        }

        return series.Count > 0 || unreadable == 0
            ? new MetricsAnswer(series) { Unreadable = unreadable }
            : throw new InvalidOperationException("No series can be read.");
    }

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

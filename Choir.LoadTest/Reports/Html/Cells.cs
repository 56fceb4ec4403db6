using Choir.LoadTest.Reports.Model;
using Choir.LoadTest.Reports.Text;

namespace Choir.LoadTest.Reports.Html;

/// <summary>Cells of tables.</summary>
internal static class Cells
{
    public static Markup Text(string? text) => Markup.Of($"{text}");

    public static Markup Number(long number) => Text(ValueText.Count(number));

    public static Markup Seconds(double? seconds) => Text(ValueText.Seconds(seconds));

    public static Markup Rate(double? rate) => Text(ValueText.Rate(rate));

    public static Markup Share(double? share) => Text(ValueText.Share(share));

    /// <summary>A number of errors; anything but zero stands out.</summary>
    public static Markup Errors(long errors) =>
        errors > 0 ? Markup.Of($"<b class=\"bad\">{ValueText.Count(errors)}</b>") : Number(errors);

    /// <summary>A word in the colour of a verdict: <c>good</c>, <c>bad</c>, <c>fair</c> or <c>quiet</c>.</summary>
    public static Markup Badge(string colour, string word) => Markup.Of($"<span class=\"badge {colour}\">{word}</span>");

    /// <summary>The columns of percentiles.</summary>
    public static IEnumerable<Column> PercentileColumns(string prefix = "") =>
        ((string[])["p50", "p95", "p99"]).Select(name => Column.Number(prefix + name));

    /// <summary>The cells of <see cref="PercentileColumns"/>.</summary>
    public static IEnumerable<Markup> Percentiles(LatencyFigures latency) => latency.Count == 0
        ? [Text(ValueText.None), Text(ValueText.None), Text(ValueText.None)]
        : [Seconds(latency.P50), Seconds(latency.P95), Seconds(latency.P99)];
}

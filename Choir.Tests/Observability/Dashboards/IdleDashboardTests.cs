using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Choir.Tests.Support;

namespace Choir.Tests.Observability.Dashboards;

/// <summary>The dashboards after traffic has ended: every counter stays as it is, so every rate is 0.</summary>
public sealed partial class IdleDashboardTests
{
    private static readonly (string Label, string Value)[] LabelsOfAll =
        [("service", "actor-host"), ("host", "m1"), ("instance", "m1:80"), ("job", "choir")];

    [Fact]
    public async Task No_query_returns_NaN_when_traffic_has_ended()
    {
        Assert.SkipUnless(Promtool.IsInstalled, Promtool.Need);
        var series = DashboardQuery.All.SelectMany(query => SeriesOf(query.Expression)).ToHashSet(StringComparer.Ordinal);
        Assert.True(series.Count > 50);
        var test = new StringBuilder("evaluation_interval: 1s\ntests:\n  - interval: 1s\n    input_series:\n");
        foreach (var one in series.Order(StringComparer.Ordinal))
        {
            test.Append(CultureInfo.InvariantCulture, $"      - series: {Quoted(one)}\n        values: '5+0x400'\n");
        }

        // The check finds NaN, and there are samples enough for rates.
        test.Append("    promql_expr_test:\n");
        foreach (var sound in (string[])["count((vector(0) / 0) != (vector(0) / 0))", "max(count_over_time(actor_messages_total[10s])) > bool 1"])
        {
            test.Append(CultureInfo.InvariantCulture, $"      - expr: {Quoted(sound)}\n        eval_time: 5m\n        exp_samples: [{{ labels: '{{}}', value: 1 }}]\n");
        }

        foreach (var query in DashboardQuery.All.Select(query => query.Expression).Distinct())
        {
            // Only NaN differs from itself.
            test.Append(CultureInfo.InvariantCulture, $"      - expr: {Quoted($"({query}) != ({query})")}\n        eval_time: 5m\n        exp_samples: []\n");
        }

        using var folder = new TemporaryFolder();
        var file = folder.File("idle.yml");
        await File.WriteAllTextAsync(file, test.ToString(), TestContext.Current.CancellationToken);
        var (exitCode, output) = await Promtool.RunAsync(["test", "rules", file]);
        Assert.True(exitCode == 0, output);
    }

    /// <summary>A series for each selector of a query.</summary>
    private static IEnumerable<string> SeriesOf(string query)
    {
        foreach (Match selector in Selector().Matches(query))
        {
            var labels = LabelsOfAll.ToDictionary(label => label.Label, label => label.Value);
            foreach (Match matcher in Matcher().Matches(selector.Groups[2].Value))
            {
                var (name, kind, value) = (matcher.Groups[1].Value, matcher.Groups[2].Value, matcher.Groups[3].Value);
                labels[name] = kind switch
                {
                    "=" => value,
                    "=~" when value == ".*" => labels.GetValueOrDefault(name, "x"),
                    "=~" => value.Split('|')[0],
                    _ => "other",
                };
            }

            var metric = selector.Groups[1].Value;
            foreach (var bound in metric.EndsWith("_bucket", StringComparison.Ordinal) ? ["1", "+Inf"] : new string?[] { null })
            {
                var all = bound is null ? labels : labels.Append(new("le", bound));
                yield return $"{metric}{{{string.Join(", ", all.Select(label => $"{label.Key}=\"{label.Value}\""))}}}";
            }
        }
    }

    private static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    [GeneratedRegex(@"([a-zA-Z_:][\w:]*)\{([^{}]*)\}")]
    private static partial Regex Selector();

    [GeneratedRegex(@"(\w+)\s*(=~|!~|!=|=)\s*""([^""]*)""")]
    private static partial Regex Matcher();
}

using System.Globalization;
using System.Text;
using Choir.LoadTest.Objectives.Measuring;
using static Choir.LoadTest.Objectives.Measuring.PromQl;

namespace Choir.LoadTest.Objectives.Writing;

/// <summary>Writes the unit tests of the rules: <c>promtool test rules</c> runs them.</summary>
internal sealed class RuleTestsText(BurnWindows windows, RulesText rules)
{
    // The burn rates are ratios, so that the long windows need not be full.
    private const int Hours = 2;

    private const string Alerts = "    alert_rule_test:\n";

    private readonly StringBuilder _text = new();

    /// <param name="objectives">The objectives.</param>
    /// <param name="rulesFile">The path of the rules, as seen from the folder of the tests.</param>
    public string Write(IReadOnlyList<Objective> objectives, string rulesFile)
    {
        Add($"""
            # Written by `objectives generate`, as the rules are. docs/objectives.md

            rule_files:
              - {rulesFile}

            evaluation_interval: 5m
            # What is recorded, before what is alerted on.
            group_eval_order: [{RulesText.ShortGroup}, {RulesText.LongGroup}, {RulesText.BudgetGroup}, {RulesText.AlertGroup}]

            tests:

            """);
        _text.AppendJoin("\n", Batches(objectives).SelectMany(OfBatch));
        return _text.ToString();
    }

    // A test evaluates all rules, so as many objectives as possible share one.
    private static List<List<Watched>> Batches(IEnumerable<Objective> objectives)
    {
        var batches = new List<List<Watched>>();
        foreach (var objective in objectives)
        {
            var watched = new Watched(objective, new TestTraffic(objective));
            if (batches.Find(batch => !batch.Exists(other => other.Traffic.Disturbs(watched.Traffic))) is { } free)
            {
                free.Add(watched);
            }
            else
            {
                batches.Add([watched]);
            }
        }

        return batches;
    }

    private IEnumerable<string> OfBatch(List<Watched> batch)
    {
        yield return Steady("Both alerts fire when the budget is used far too fast", windows.HighestTested, true, true);
        yield return Steady("Both alerts fire when less than that lasts for hours", windows.FastSixHours * 7 / 6, true, true);
        yield return Steady("Only the slow alert fires below the thresholds of the fast one", windows.SlowDay * 4 / 3, false, true);
        yield return Steady("Only the slow alert fires when the budget is used somewhat too fast", windows.SlowThreeDays * 1.5m, false, true);
        yield return Steady("No alert fires when the budget lasts", windows.SlowThreeDays * 0.8m, false, false);
        yield return Test("The fast alert ends soon after its cause, though the long windows still have it", batch, (objective, value) =>
            {
                var (events, bad) = PerMinute(objective, windows.HighestTested);
                return $"0+{Number(value(events, bad))}x120 {Number((value(events, bad) * 120) + value(events, 0))}+{Number(value(events, 0))}x45";
            })
            + Alerts + Expectations(batch, "2h", windows.HighestTested, windows.HighestTested) + Expectations(batch, "2h40m", null, null, isSlowKnown: false);
        yield return Test("No alert fires when nothing happens", batch, (_, value) => $"{Number(value(9, 3))}+0x120")
            + Alerts + Expectations(batch, "2h", null, null)
            + "    promql_expr_test:\n"
            + string.Concat(batch.Select(one => Sample(one.Objective.BurnRate("1h"), "2h", one.Objective.BurnRate("1h"), 0)));
        var patient = batch.FindAll(one => 1.2m / (one.Objective.MinimumRate * 3_600) / one.Objective.Budget < windows.FastHour);
        if (patient.Count > 0)
        {
            yield return Test("No alert fires about one bad event among few", patient, (_, value) => $"{Number(value(7, 0))}+0x60 {Number(value(8, 1))}+0x70")
                + Alerts + Expectations(patient, "1h10m", null, null) + Expectations(patient, "2h", null, null);
        }

        yield return Test("The burn rates are 8 in every window when that many times the budget is used", batch, (objective, value) =>
            {
                var (events, bad) = PerMinute(objective, 8);
                return $"0+{Number(value(events, bad))}x{Hours * 60}";
            })
            + "    promql_expr_test:\n" + string.Concat(batch.Select(one => Eight(one.Objective)));
        foreach (var one in batch.Where(one => one.Objective.Indicator is CountedFailures))
        {
            yield return First(one, (CountedFailures)one.Objective.Indicator);
        }

        string Steady(string name, decimal rate, bool firesFast, bool firesSlow) => Test(name, batch, (objective, value) =>
            {
                var (events, bad) = PerMinute(objective, rate);
                return $"0+{Number(value(events, bad))}x{Hours * 60}";
            })
            + Alerts + Expectations(batch, $"{Hours}h", firesFast ? rate : null, firesSlow ? rate : null);
    }

    private static string Eight(Objective objective) =>
        string.Concat(BurnWindows.Short.Concat(BurnWindows.Long).Select(window => Sample($"round({objective.BurnRate(window)}, 0.001)", $"{Hours}h", "", 8)))
        + Sample($"round({objective.BudgetLeft}, 0.001)", $"{Hours}h", "", -7);

    private static string First(Watched watched, CountedFailures failures)
    {
        var good = watched.Traffic.Write(value => $"0+{Number(value(60, 0))}x180").Where(series => series.Values != "0+0x180");
        var started = (TestTraffic.Name(failures.Bad.Metric, watched.Traffic.Bad!), "_x120 72+0x60");
        var present = failures.Present is null
            ? (TestTraffic.Name(failures.Bad.Metric, Another(failures.Bad, watched.Traffic.Bad!)), "0+0x180")
            : (TestTraffic.Name(failures.Present.Metric, SampleSeries.Find(failures.Present)!), "1+0x180");
        var recorded = $"sum({failures.Recorded})";
        return Test($"The first failures of {watched.Objective.Name} count, with which their series begins", [.. good, started, present])
            + "    promql_expr_test:\n" + Sample(recorded, "1h", "", 0) + Sample(recorded, "2h30m", "", 72);
    }

    /// <summary>
    /// Events a minute and bad ones among them, so many that every window has more than the minimum rate, in whole numbers if possible.
    /// </summary>
    private (decimal Events, decimal Bad) PerMinute(Objective objective, decimal rate)
    {
        var bad = 10m;

        // The longest window, the budget's, has events in some hours only.
        while (bad / objective.Budget / 60 * Hours / (windows.Days * 24) < 2 * objective.MinimumRate)
        {
            bad *= 10;
        }

        return (bad / objective.Budget, bad * rate);
    }

    // Another series of failures, which exists from the start.
    private static IReadOnlyDictionary<string, string> Another(Selector bad, IReadOnlyDictionary<string, string> known)
    {
        var different = known.Select(label => new LabelMatcher(label.Key, "!=", label.Value))
            .Select(matcher => SampleSeries.Find(bad with { Matchers = [.. bad.Matchers, matcher] }))
            .FirstOrDefault(labels => labels is not null);
        return different ?? new SortedDictionary<string, string>(known.ToDictionary(), StringComparer.Ordinal) { ["instance"] = "b:8080" };
    }

    private string Expectations(List<Watched> batch, string at, decimal? fast, decimal? slow, bool isSlowKnown = true) =>
        string.Concat(batch.Select(one =>
            Expect(one.Objective, one.Objective.FastAlert, at, fast) + (isSlowKnown ? Expect(one.Objective, one.Objective.SlowAlert, at, slow) : "")));

    /// <param name="name">The name of the test.</param>
    /// <param name="batch">The objectives.</param>
    /// <param name="values">The values of a series, from the objective and from what the series counts of some events and bad events.</param>
    private static string Test(string name, List<Watched> batch, Func<Objective, Func<decimal, decimal, decimal>, string> values) => Test(
        $"{name} ({string.Join(", ", batch.Select(one => one.Objective.Name))})",
        batch.SelectMany(one => one.Traffic.Write(value => values(one.Objective, value))));

    private static string Test(string name, IEnumerable<(string Series, string Values)> series) =>
        $"  - name: {RulesText.Quoted(name)}\n    interval: 1m\n    input_series:\n"
        + string.Concat(series.Select(one => $"      - series: {Single(one.Series)}\n        values: '{one.Values}'\n"));

    private string Expect(Objective objective, string alert, string at, decimal? rate)
    {
        var expected = $"      - eval_time: {at}\n        alertname: {alert}\n        exp_alerts:";
        if (rate is null)
        {
            return expected + " []\n";
        }

        var severity = alert == objective.FastAlert ? "critical" : "warning";
        var labels = string.Concat(objective.Labels.Select(label => $", {label.Key}: {RulesText.Quoted(label.Value)}"));
        return $$"""
            {{expected}}
                      - exp_labels: { severity: {{severity}}, objective: {{objective.Name}}{{labels}} }
                        exp_annotations:
                          summary: {{RulesText.Quoted(objective.Summary)}}
                          description: {{RulesText.Quoted(rules.Description(objective, Humanize(rate.Value)))}}
                          runbook_url: {{rules.Runbook(alert)}}

            """;
    }

    private static string Sample(string query, string at, string series, decimal value) =>
        $"      - expr: {Single(query)}\n        eval_time: {at}\n        exp_samples:\n"
        + $"          - labels: {Single(series.Length == 0 ? "{}" : series + "{}")}\n            value: {Number(value)}\n";

    // As Prometheus' humanize writes numbers from 1 to 1000.
    private static string Humanize(decimal number) => ((double)number).ToString("G4", CultureInfo.InvariantCulture);

    private static string Single(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    private void Add(string text) => _text.Append(text);

    private sealed record Watched(Objective Objective, TestTraffic Traffic);
}

using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Choir.LoadTest.Objectives.Measuring;
using static Choir.LoadTest.Objectives.Measuring.PromQl;

namespace Choir.LoadTest.Objectives.Writing;

/// <summary>Writes the recording rules and alerts of objectives.</summary>
internal sealed class RulesText(BurnWindows windows, Uri runbooks)
{
    public const string ShortGroup = "choir_objectives_short";
    public const string LongGroup = "choir_objectives_long";
    public const string BudgetGroup = "choir_objectives_budget";
    public const string AlertGroup = "objectives";

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly StringBuilder _text = new();

    /// <param name="objectives">The objectives, in the order in which they are written.</param>
    /// <param name="source">Where the objectives stand, for the first line.</param>
    public string Write(IReadOnlyList<Objective> objectives, string source)
    {
        Add($"""
            # Written by `objectives generate` from {source}: change these, not this file. docs/objectives.md
            #
            # Each objective is a share of events that must be good over {windows.Days} days. The others are its error budget; a burn rate of 1
            # uses it exactly in {windows.Days} days. The windows are those of the Google SRE workbook,
            # https://sre.google/workbook/alerting-on-slos/ (multi-window, multi-burn-rate).
            #
            # With few events a single failure would be a large share. So a window counts as at least a minimum rate (0.1 events per
            # second in most objectives): an idle system uses no budget, there is no division by zero, and a few failures fire no alert.
            #
            # A bucket's label is 5.0 if OpenMetrics was scraped, and in Prometheus 3; 5 otherwise.

            groups:
              - name: {ShortGroup}
                rules:

            """);
        foreach (var objective in objectives)
        {
            Add($"      # {objective.Promise}.\n");
            if (objective.Note is not null)
            {
                Add($"      # {objective.Note}.\n");
            }

            WriteFailures(objective);
            WriteBurnRates(objective, BurnWindows.Short);
        }

        Add($"""

              # The long windows change slowly and are expensive to compute.
              - name: {LongGroup}
                interval: 1m
                rules:

            """);
        foreach (var objective in objectives)
        {
            WriteBurnRates(objective, BurnWindows.Long);
        }

        Add($"""

              # What is left of each error budget: 1 is all of it, below 0 the objective is missed. If Prometheus keeps samples for
              # less than {windows.Days} days (its default is 15), the budget is that of the days it has.
              - name: {BudgetGroup}
                interval: 10m
                rules:

            """);
        foreach (var objective in objectives)
        {
            Add($"      - record: {objective.BudgetLeft}\n        expr: >-\n          1 - {Burn(objective, windows.Budget, "            ")}\n");
        }

        Add($"""

              # The long window shows that the rate matters; the short one, a twelfth of it, that it continues, so that an alert ends soon
              # after its cause. Fast, critical: 2 % of the budget of {windows.Days} days in an hour ({Number(windows.FastHour)} times the allowed rate), or 5 % in six hours
              # ({Number(windows.FastSixHours)} times). Slow, for working hours: 10 % in a day ({Number(windows.SlowDay)} times), or in three days ({(windows.SlowThreeDays == 1 ? "once" : $"{Number(windows.SlowThreeDays)} times")}).
              - name: {AlertGroup}
                rules:

            """);
        _text.AppendJoin("\n", objectives.SelectMany(objective => new[] { FastAlert(objective), SlowAlert(objective) }));
        return _text.ToString();
    }

    /// <summary>The description of an objective's alerts.</summary>
    /// <param name="objective">The objective.</param>
    /// <param name="rate">The burn rate, or the template that writes it.</param>
    public string Description(Objective objective, string rate) =>
        $"The error budget of {windows.Days} days for {objective.Failures} is used {rate} times as fast as allowed (objective: {objective.Promise})";

    /// <summary>The address of an alert's runbook.</summary>
    public string Runbook(string alert) => $"{runbooks.OriginalString.TrimEnd('/')}/{alert}";

    /// <summary>A text in double quotes, which YAML and JSON write alike.</summary>
    public static string Quoted(string text) => JsonSerializer.Serialize(text, Plain);

    private void Add(string text) => _text.Append(text);

    private void WriteFailures(Objective objective)
    {
        if (objective.Indicator is not CountedFailures failures)
        {
            return;
        }

        var by = string.Join(", ", failures.InstanceLabels);
        Add(failures.Present is null
            ? "      # The failures of each process: one series, so that rate() sees the first failure of each kind too.\n"
            : "      # The failures of each process. 0, not absent, before the first one, because rate() does not see the first value of a series.\n");
        Add($"      - record: {failures.Recorded}\n        expr: >-\n          sum by ({by}) ({failures.Bad})\n");
        if (failures.Present is { } present)
        {
            Add($"            or 0 * sum by ({by}) ({present} == 1)\n");
        }
    }

    private void WriteBurnRates(Objective objective, IEnumerable<string> over)
    {
        foreach (var window in over)
        {
            Add($"      - record: {objective.BurnRate(window)}\n        expr: >-\n          {Burn(objective, window, "            ")}\n");
        }
    }

    private static string Burn(Objective objective, string window, string indent) =>
        $"{objective.Indicator.BadRate(window, indent)}\n{indent}/ clamp_min({objective.Indicator.AllRate(window)}, {Number(objective.MinimumRate)})\n{indent}/ {Number(objective.Budget)}";

    private string FastAlert(Objective objective) => Alert(
        objective, objective.FastAlert, "critical", "2m",
        Both(objective, "1h", "5m", windows.FastHour), Both(objective, "6h", "30m", windows.FastSixHours));

    private string SlowAlert(Objective objective) => Alert(
        objective, objective.SlowAlert, "warning", "15m",
        Both(objective, "1d", "2h", windows.SlowDay), Both(objective, "3d", "6h", windows.SlowThreeDays));

    private static string Both(Objective objective, string longer, string shorter, decimal rate) =>
        $"({objective.BurnRate(longer)} > {Number(rate)} and {objective.BurnRate(shorter)} > {Number(rate)})";

    private string Alert(Objective objective, string name, string severity, string lasting, string first, string second) => $"""
              - alert: {name}
                expr: >-
                  {first}
                  or {second}
                for: {lasting}
                labels:
                  severity: {severity}
                  objective: {objective.Name}
        {string.Concat(objective.Labels.Select(label => $"          {label.Key}: {Quoted(label.Value)}\n"))}        annotations:
                  summary: {Quoted(objective.Summary)}
                  description: {Quoted(Description(objective, "{{ $value | humanize }}"))}
                  runbook_url: {Runbook(name)}

        """;
}

using System.Text.Json.Nodes;
using Choir.LoadTest.Objectives.Measuring;

namespace Choir.LoadTest.Objectives.Writing;

/// <summary>The panels of the row of objectives, without place and links.</summary>
internal static class DashboardPanels
{
    public static JsonObject BudgetLeft(IReadOnlyList<Objective> objectives) => Panel(
        "Error budget left",
        "The part of each objective's error budget that is not used: 1 is all of it, below 0 the objective is missed.",
        "percentunit",
        max: 1,
        Steps(("red", null), ("orange", 0), ("green", 0.25m)),
        objectives.Select(objective => (objective.BudgetLeft, objective.Title)));

    public static JsonObject BurnRates(IReadOnlyList<Objective> objectives) => Panel(
        "Burn rates of the error budgets",
        "How fast each error budget is used: at 1 it lasts exactly as long as it should. Alerts fire at 14.4 over an hour, 6 over six hours, 3 over a day and 1 over three days, for a budget of 30 days.",
        "none",
        max: null,
        Steps(("green", null), ("orange", 1), ("red", 6)),
        objectives.SelectMany(objective => new[]
        {
            (objective.BurnRate("1h"), $"{objective.Title}, 1 h"), (objective.BurnRate("3d"), $"{objective.Title}, 3 d"),
        }));

    public static JsonObject GoodEvents(IReadOnlyList<Objective> objectives) => Panel(
        "Good events",
        $"The share of good events over an hour. Promised are: {string.Join("; ", objectives.Select(objective => objective.Promise))}.",
        "percentunit",
        max: 1,
        Steps(("green", null)),
        objectives.Select(objective => ($"1 - {PromQl.Number(objective.Budget)} * {objective.BurnRate("1h")}", objective.Title)));

    private static JsonObject Panel(
        string title, string description, string unit, decimal? max, JsonArray steps, IEnumerable<(string Query, string Legend)> targets)
    {
        var defaults = new JsonObject { ["unit"] = unit };
        if (max is not null)
        {
            defaults["max"] = max;
        }

        defaults["color"] = new JsonObject { ["mode"] = "palette-classic" };
        defaults["thresholds"] = new JsonObject { ["mode"] = "absolute", ["steps"] = steps };
        defaults["custom"] = new JsonObject
        {
            ["drawStyle"] = "line",
            ["lineWidth"] = 1,
            ["fillOpacity"] = 8,
            ["showPoints"] = "never",
            ["spanNulls"] = false,
            ["stacking"] = new JsonObject { ["mode"] = "none", ["group"] = "A" },
            ["thresholdsStyle"] = new JsonObject { ["mode"] = steps.Count > 1 ? "dashed" : "off" },
        };
        return new JsonObject
        {
            ["type"] = "timeseries",
            ["id"] = 0,
            ["title"] = title,
            ["description"] = description,
            ["datasource"] = Source(),
            ["gridPos"] = null,
            ["fieldConfig"] = new JsonObject { ["defaults"] = defaults, ["overrides"] = new JsonArray() },
            ["options"] = new JsonObject
            {
                ["legend"] = new JsonObject { ["displayMode"] = "list", ["placement"] = "bottom", ["showLegend"] = true, ["calcs"] = new JsonArray() },
                ["tooltip"] = new JsonObject { ["mode"] = "multi", ["sort"] = "desc" },
            },
            ["links"] = null,
            ["targets"] = new JsonArray([.. targets.Select((target, index) => (JsonNode)new JsonObject
            {
                ["datasource"] = Source(),
                ["expr"] = target.Query,
                ["editorMode"] = "code",
                ["legendFormat"] = target.Legend,
                ["instant"] = false,
                ["range"] = true,
                ["refId"] = RefId(index),
            })]),
        };
    }

    // A to Z, then A1 to Z1 and so on.
    private static string RefId(int index) => $"{(char)('A' + (index % 26))}{(index < 26 ? "" : $"{index / 26}")}";

    private static JsonObject Source() => new() { ["type"] = "prometheus", ["uid"] = "prometheus" };

    private static JsonArray Steps(params IEnumerable<(string Color, decimal? From)> steps) =>
        [.. steps.Select(step => (JsonNode)new JsonObject { ["color"] = step.Color, ["value"] = step.From is { } from ? JsonValue.Create(from) : null })];
}

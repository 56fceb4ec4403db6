using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Choir.LoadTest.Objectives.Writing;

/// <summary>Writes the row of objectives into a dashboard of Grafana. Its other panels stay as they are.</summary>
internal static class DashboardRow
{
    public const string Title = "Objectives";

    private const int Columns = 24;
    private const int Height = 9;

    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <param name="dashboard">The dashboard; null for a new one.</param>
    /// <param name="objectives">The objectives.</param>
    /// <param name="runbook">The address of an alert's runbook.</param>
    /// <exception cref="ObjectivesException">It is no dashboard.</exception>
    public static string Write(string? dashboard, IReadOnlyList<Objective> objectives, Func<string, string> runbook)
    {
        var all = Parse(dashboard);
        var panels = all["panels"]!.AsArray();
        RemoveRow(panels);
        var links = Links(panels, objectives, HasGateway(all, runbook) ? alert => $"${{gateway}}/runbooks/{alert}" : runbook);
        var id = 1 + panels.Select(panel => Number(panel, "id")).DefaultIfEmpty().Max();
        var y = panels.Select(panel => Number(panel?["gridPos"], "y") + Number(panel?["gridPos"], "h")).DefaultIfEmpty().Max();
        panels.Add((JsonNode)new JsonObject
        {
            ["type"] = "row",
            ["id"] = id,
            ["title"] = Title,
            ["collapsed"] = false,
            ["gridPos"] = Place(0, y, Columns, 1),
            ["panels"] = new JsonArray(),
        });
        JsonObject[] made =
        [
            DashboardPanels.BudgetLeft(objectives), DashboardPanels.BurnRates(objectives), DashboardPanels.GoodEvents(objectives),
        ];
        for (var i = 0; i < made.Length; i++)
        {
            var width = Columns / made.Length;
            made[i]["id"] = ++id;
            made[i]["gridPos"] = Place(i * width, y + 1, width, Height);
            made[i]["links"] = links.DeepClone();
            panels.Add((JsonNode)made[i]);
        }

        return all.ToJsonString(Format) + "\n";
    }

    private static JsonObject Parse(string? dashboard)
    {
        if (dashboard is null)
        {
            return new JsonObject
            {
                ["uid"] = "objectives", ["title"] = "Objectives", ["schemaVersion"] = 39, ["editable"] = true, ["timezone"] = "browser",
                ["refresh"] = "1m", ["time"] = new JsonObject { ["from"] = "now-7d", ["to"] = "now" }, ["panels"] = new JsonArray(),
            };
        }

        try
        {
            return JsonNode.Parse(dashboard) is JsonObject all && all["panels"] is JsonArray panels && panels.All(panel => panel is JsonObject)
                ? all
                : throw new ObjectivesException("The dashboard is not one of Grafana: it has no panels.");
        }
        catch (JsonException e)
        {
            throw new ObjectivesException($"The dashboard is not JSON: {e.Message}", e);
        }
    }

    // The row and its panels, up to the next row.
    private static void RemoveRow(JsonArray panels)
    {
        var start = panels.ToList().FindIndex(panel => IsRow(panel) && (panel!["title"] as JsonValue)?.ToString() == Title);
        if (start < 0)
        {
            return;
        }

        do
        {
            panels.RemoveAt(start);
        }
        while (start < panels.Count && !IsRow(panels[start]));
    }

    private static bool IsRow(JsonNode? panel) => (panel?["type"] as JsonValue)?.ToString() == "row";

    // To the traces and log records as other panels have them, and to the runbooks.
    private static JsonArray Links(JsonArray panels, IEnumerable<Objective> objectives, Func<string, string> runbook)
    {
        var all = panels.Select(panel => panel?["links"]).OfType<JsonArray>().SelectMany(links => links).OfType<JsonObject>().ToList();
        string[] titles = ["Traces", "Logs"];
        return
        [
            .. titles.Select(title => all.FirstOrDefault(link => (link["title"] as JsonValue)?.ToString() == title)?.DeepClone()).Where(link => link is not null),
            .. objectives.SelectMany(objective => new[] { objective.FastAlert, objective.SlowAlert }).Select(alert => (JsonNode)new JsonObject
            {
                ["title"] = $"Runbook: {alert}",
                ["type"] = "link",
                ["icon"] = "external link",
                ["tooltip"] = "What the alert on this means, and what to do",
                ["url"] = runbook(alert),
                ["tags"] = new JsonArray(),
                ["asDropdown"] = false,
                ["targetBlank"] = true,
                ["includeVars"] = false,
                ["keepTime"] = false,
            }),
        ];
    }

    private static bool HasGateway(JsonObject dashboard, Func<string, string> runbook) =>
        dashboard["templating"]?["list"] is JsonArray list && list.OfType<JsonObject>().Any(variable =>
            (variable["name"] as JsonValue)?.ToString() == "gateway" && $"{variable["query"]}/runbooks/X" == runbook("X"));

    private static int Number(JsonNode? node, string name) => node?[name] is JsonValue value && value.TryGetValue<int>(out var number) ? number : 0;

    private static JsonObject Place(int x, int y, int w, int h) => new() { ["h"] = h, ["w"] = w, ["x"] = x, ["y"] = y };
}

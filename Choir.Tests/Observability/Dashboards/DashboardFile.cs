using System.Text.Json;
using System.Text.RegularExpressions;

namespace Choir.Tests.Observability.Dashboards;

/// <summary>A dashboard as it is shipped.</summary>
/// <param name="Name">The file name without extension.</param>
/// <param name="Json">The content.</param>
internal sealed record DashboardFile(string Name, JsonElement Json)
{
    /// <summary>The folder of Grafana's files.</summary>
    public static string Folder { get; } = Find();

    public static IReadOnlyList<DashboardFile> All { get; } =
        [.. Directory.GetFiles(Path.Combine(Folder, "dashboards"), "*.json").Order(StringComparer.Ordinal).Select(Read)];

    public string Uid => Json.GetProperty("uid").GetString()!;

    /// <summary>The panels, including rows.</summary>
    public IEnumerable<DashboardPanel> PanelsAndRows => Json.GetProperty("panels").EnumerateArray().Select(panel => new DashboardPanel(this, panel));

    public IEnumerable<DashboardPanel> Panels => PanelsAndRows.Where(panel => panel.Type != "row");

    public IEnumerable<JsonElement> Variables => Json.GetProperty("templating").GetProperty("list").EnumerateArray();

    public IEnumerable<JsonElement> Annotations => Json.GetProperty("annotations").GetProperty("list").EnumerateArray();

    public override string ToString() => Name;

    private static DashboardFile Read(string file) => new(Path.GetFileNameWithoutExtension(file), JsonElement.Parse(File.ReadAllText(file)));

    private static string Find()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var folder = Path.Combine(at.FullName, "Choir.AppHost", "Overlay", "grafana");
            if (Directory.Exists(folder))
            {
                return folder;
            }
        }

        throw new DirectoryNotFoundException("Choir.AppHost/Overlay/grafana is not above the tests.");
    }
}

internal sealed record DashboardPanel(DashboardFile Of, JsonElement Json)
{
    public string Type => Text("type");

    public string Title => Text("title");

    public string Description => Text("description");

    public JsonElement Defaults => Json.GetProperty("fieldConfig").GetProperty("defaults");

    public IEnumerable<JsonElement> Targets => Json.GetProperty("targets").EnumerateArray();

    public IEnumerable<PanelLink> Links => Json.GetProperty("links").EnumerateArray().Select(link => new PanelLink(link));

    /// <summary>The links of its series.</summary>
    public IEnumerable<PanelLink> SeriesLinks =>
        Defaults.TryGetProperty("links", out var links) ? links.EnumerateArray().Select(link => new PanelLink(link)) : [];

    public override string ToString() => $"{Of} / {Title}";

    private string Text(string name) => Json.TryGetProperty(name, out var value) ? value.GetString()! : "";
}

/// <summary>A link of a panel.</summary>
internal sealed partial record PanelLink(JsonElement Json)
{
    public string Url => Json.GetProperty("url").GetString()!;

    /// <summary>The query that it opens in Explore; null for other links.</summary>
    public JsonElement? Explored =>
        Panes().Match(Url) is { Success: true } panes
            ? JsonElement.Parse(Uri.UnescapeDataString(panes.Groups[1].Value)).GetProperty("choir").GetProperty("queries")[0]
            : null;

    /// <summary>The uid of the data source that it opens in Explore.</summary>
    public string? Source => Explored?.GetProperty("datasource").GetProperty("uid").GetString();

    [GeneratedRegex("^/explore\\?.*panes=(.+)$")]
    private static partial Regex Panes();
}

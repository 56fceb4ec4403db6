using System.Text.Json;
using static Choir.Tests.Observability.Dashboards.Shapes;

namespace Choir.Tests.Observability.Dashboards;

/// <summary>
/// The part of Grafana's published dashboard schema that Choir's dashboards use: types, enumerations and required fields of the
/// kind <c>Dashboard</c> in the kind registry (<c>grafana/next/core/dashboard/dashboard.cue</c>), and the options of the panel
/// types in use.
/// </summary>
internal static class DashboardSchema
{
    private static readonly Shape Source = Closed(new Field("type", Text), new Field("uid", Text));

    private static readonly Shape Link = Closed(
        new Field("title", Text, true), new Field("type", OneOf("link", "dashboards"), true), new Field("icon", Text, true),
        new Field("tooltip", Text, true), new Field("url", Text), new Field("tags", ListOf(Text), true),
        new Field("asDropdown", Flag, true), new Field("targetBlank", Flag, true), new Field("includeVars", Flag, true),
        new Field("keepTime", Flag, true));

    private static readonly Shape Option = Closed(
        new Field("selected", Flag), new Field("text", Any(Text, ListOf(Text)), true), new Field("value", Any(Text, ListOf(Text)), true));

    private static readonly Shape Variable = Open(
        new Field("type", OneOf("query", "constant"), true), new Field("name", Text, true), new Field("label", Text),
        new Field("description", Text), new Field("hide", Between(0, 2)), new Field("skipUrlSync", Flag), new Field("query", Text),
        new Field("datasource", Source), new Field("current", Option), new Field("multi", Flag), new Field("options", ListOf(Option)),
        new Field("refresh", Between(0, 2)), new Field("sort", Between(0, 8)), new Field("includeAll", Flag), new Field("regex", Text));

    private static readonly Shape Annotation = Open(
        new Field("name", Text, true), new Field("datasource", Source, true), new Field("enable", Flag, true), new Field("hide", Flag),
        new Field("iconColor", Text, true), new Field("type", Text), new Field("builtIn", Number));

    private static readonly Shape Thresholds = Closed(
        new Field("mode", OneOf("absolute", "percentage"), true),
        new Field("steps", ListOf(Closed(new Field("value", Any(Number, Nothing), true), new Field("color", Text, true))), true));

    private static readonly Shape Mapping = Closed(
        new Field("type", OneOf("value"), true),
        new Field("options", MapOf(Closed(new Field("text", Text), new Field("color", Text), new Field("index", Number))), true));

    private static readonly Shape Defaults = Closed(
        new Field("unit", Text), new Field("decimals", Number), new Field("min", Number), new Field("max", Number),
        new Field("mappings", ListOf(Mapping)), new Field("thresholds", Thresholds), new Field("links", ListOf(Link)),
        new Field("color", Closed(new Field("mode", OneOf("thresholds", "palette-classic", "fixed"), true), new Field("fixedColor", Text))),
        new Field("custom", Open()));

    private static readonly Shape Matcher = Closed(new Field("id", Text, true), new Field("options", Anything));

    private static readonly Shape FieldConfig = Closed(
        new Field("defaults", Defaults, true),
        new Field("overrides", ListOf(Closed(
            new Field("matcher", Matcher, true),
            new Field("properties", ListOf(Closed(new Field("id", Text, true), new Field("value", Anything))), true))), true));

    private static readonly Shape Place = Closed(
        new Field("x", Between(0, 23), true), new Field("y", Count, true), new Field("w", Between(1, 24), true), new Field("h", Between(1, 100), true));

    // A query of the Prometheus data source.
    private static readonly Shape Query = Closed(
        new Field("datasource", Source, true), new Field("refId", Text, true), new Field("expr", Text, true), new Field("legendFormat", Text),
        new Field("editorMode", OneOf("code", "builder")), new Field("instant", Flag), new Field("range", Flag), new Field("exemplar", Flag),
        new Field("format", OneOf("time_series", "table", "heatmap")));

    private static readonly Shape Row = Closed(
        new Field("type", OneOf("row"), true), new Field("id", Count, true), new Field("title", Text), new Field("collapsed", Flag, true),
        new Field("gridPos", Place), new Field("panels", ListOf(Anything), true));

    private static readonly Shape Legend = Closed(
        new Field("displayMode", OneOf("list", "table", "hidden"), true), new Field("placement", OneOf("bottom", "right"), true),
        new Field("showLegend", Flag, true), new Field("calcs", ListOf(Text), true));

    private static readonly Shape Reduced = Closed(new Field("calcs", ListOf(Text), true), new Field("fields", Text), new Field("values", Flag));

    private static readonly Shape Stats = Closed(new Field("mainStatUnit", Text), new Field("secondaryStatUnit", Text));

    // The options of each panel type in use.
    private static readonly Dictionary<string, Shape> Options = new()
    {
        ["timeseries"] = Closed(
            new Field("legend", Legend, true),
            new Field("tooltip", Closed(new Field("mode", OneOf("single", "multi", "none"), true), new Field("sort", OneOf("asc", "desc", "none"), true)), true)),
        ["stat"] = Closed(
            new Field("reduceOptions", Reduced, true), new Field("orientation", OneOf("auto", "vertical", "horizontal"), true),
            new Field("graphMode", OneOf("none", "line", "area"), true), new Field("colorMode", OneOf("value", "background", "none"), true),
            new Field("justifyMode", OneOf("auto", "center"), true), new Field("textMode", OneOf("auto", "value", "value_and_name", "name", "none"), true),
            new Field("wideLayout", Flag, true), new Field("showPercentChange", Flag, true), new Field("percentChangeColorMode", Text, true)),
        ["bargauge"] = Closed(
            new Field("reduceOptions", Reduced, true), new Field("orientation", OneOf("auto", "vertical", "horizontal"), true), new Field("legend", Legend, true),
            new Field("displayMode", OneOf("basic", "lcd", "gradient"), true), new Field("valueMode", OneOf("color", "text", "hidden"), true),
            new Field("namePlacement", OneOf("auto", "top", "left", "hidden"), true), new Field("showUnfilled", Flag, true),
            new Field("sizing", OneOf("auto", "manual"), true), new Field("minVizWidth", Count, true), new Field("minVizHeight", Count, true),
            new Field("maxVizHeight", Count, true)),
        ["table"] = Closed(
            new Field("frameIndex", Count, true), new Field("showHeader", Flag, true), new Field("cellHeight", OneOf("sm", "md", "lg", "auto")),
            new Field("footer", Closed(new Field("show", Flag, true), new Field("reducer", ListOf(Text), true), new Field("countRows", Flag))),
            new Field("sortBy", ListOf(Closed(new Field("displayName", Text, true), new Field("desc", Flag))))),
        ["nodeGraph"] = Closed(new Field("nodes", Stats), new Field("edges", Stats), new Field("zoomMode", OneOf("cooperative", "greedy"))),
    };

    private static readonly Shape Dashboard = Closed(
        new Field("uid", Text, true), new Field("title", Text, true), new Field("description", Text), new Field("tags", ListOf(Text)),
        new Field("schemaVersion", Between(39, 42), true), new Field("version", Count), new Field("editable", Flag),
        new Field("graphTooltip", Between(0, 2)), new Field("timezone", OneOf("browser", "utc")), new Field("refresh", Text),
        new Field("time", Closed(new Field("from", Text, true), new Field("to", Text, true))), new Field("timepicker", Closed()),
        new Field("fiscalYearStartMonth", Between(0, 11)), new Field("weekStart", Text), new Field("links", ListOf(Link)),
        new Field("templating", Closed(new Field("list", ListOf(Variable)))), new Field("annotations", Closed(new Field("list", ListOf(Annotation)))),
        new Field("panels", ListOf(PanelOrRow), true));

    /// <summary>The deviations of a dashboard from the schema.</summary>
    public static IReadOnlyList<string> Faults(JsonElement dashboard) => [.. Dashboard(dashboard, "")];

    private static IEnumerable<string> PanelOrRow(JsonElement value, string path)
    {
        var type = value.TryGetProperty("type", out var given) ? given.GetString() : null;
        if (type == "row")
        {
            return Row(value, path);
        }

        if (type is null || !Options.TryGetValue(type, out var options))
        {
            return [$"{path}.type: {type} is not a panel that is used"];
        }

        return Closed(
            new Field("type", Text, true), new Field("id", Count, true), new Field("title", Text), new Field("description", Text),
            new Field("datasource", Source), new Field("gridPos", Place, true), new Field("fieldConfig", FieldConfig, true),
            new Field("options", options, true), new Field("links", ListOf(Link)), new Field("targets", ListOf(Query), true),
            new Field("maxDataPoints", Number),
            new Field("transformations", ListOf(Closed(new Field("id", Text, true), new Field("options", Anything, true)))))(value, path);
    }
}

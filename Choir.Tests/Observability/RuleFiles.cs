using YamlDotNet.RepresentationModel;

namespace Choir.Tests.Observability;

/// <summary>A rule of Prometheus: an alert, or a query whose result is recorded.</summary>
/// <param name="Name">The alert's name, or that of what is recorded.</param>
/// <param name="IsAlert">Which of the two it is.</param>
/// <param name="Query">What is asked.</param>
/// <param name="For">How long it must have held; of an alert only.</param>
/// <param name="Labels">What the result gets as labels.</param>
/// <param name="Annotations">What is told of it.</param>
internal sealed record PrometheusRule(
    string Name, bool IsAlert, string Query, string? For,
    IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string, string> Annotations);

/// <summary>Prometheus' configuration as it is shipped, its rules, and their unit tests.</summary>
internal static class RuleFiles
{
    /// <summary>The repository's folder.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>The configuration.</summary>
    public static string Configuration { get; } = Path.Combine(Repository, "Choir.AppHost", "Overlay", "prometheus", "prometheus.yml");

    /// <summary>The files that hold rules.</summary>
    public static IReadOnlyList<string> Rules { get; } =
        Directory.GetFiles(Path.Combine(Path.GetDirectoryName(Configuration)!, "rules"), "*.yml");

    /// <summary>The files that test them.</summary>
    public static IReadOnlyList<string> Tests { get; } =
        Directory.GetFiles(Path.Combine(Repository, "Choir.Tests", "Observability", "rules"), "*.yml");

    /// <summary>Every rule.</summary>
    public static IReadOnlyList<PrometheusRule> All { get; } =
    [
        .. from file in Rules
           from @group in Items(Load(file), "groups")
           from rule in Items(@group, "rules")
           select ReadRule(rule),
    ];

    /// <summary>The alerts among them.</summary>
    public static IEnumerable<PrometheusRule> Alerts => All.Where(rule => rule.IsAlert);

    /// <summary>What the unit tests expect of alerts: which one, and whether it fires.</summary>
    public static IReadOnlyList<(string Alert, bool Fires)> Expected { get; } =
    [
        .. from test in UnitTests()
           from expectation in Items(test, "alert_rule_test")
           select (Text(expectation, "alertname")!, Items(expectation, "exp_alerts").Any()),
    ];

    /// <summary>The queries whose results the unit tests compare.</summary>
    public static IReadOnlyList<string> Compared { get; } =
    [
        .. from test in UnitTests()
           from expectation in Items(test, "promql_expr_test")
           where Items(expectation, "exp_samples").Any()
           select Text(expectation, "expr")!,
    ];

    private static IEnumerable<YamlNode> UnitTests() => Tests.SelectMany(file => Items(Load(file), "tests"));

    private static PrometheusRule ReadRule(YamlNode rule) => new(
        Text(rule, "alert") ?? Text(rule, "record")!, Text(rule, "alert") is not null, Text(rule, "expr")!, Text(rule, "for"),
        Map(rule, "labels"), Map(rule, "annotations"));

    private static YamlNode Load(string file)
    {
        using var reader = File.OpenText(file);
        var stream = new YamlStream();
        stream.Load(reader);
        return stream.Documents.Single().RootNode;
    }

    private static YamlNode? Child(YamlNode node, string key) =>
        ((YamlMappingNode)node).Children.TryGetValue(key, out var child) ? child : null;

    private static IEnumerable<YamlNode> Items(YamlNode node, string key) => (Child(node, key) as YamlSequenceNode)?.Children ?? [];

    private static string? Text(YamlNode node, string key) => (Child(node, key) as YamlScalarNode)?.Value;

    private static Dictionary<string, string> Map(YamlNode node, string key) =>
        (Child(node, key) as YamlMappingNode)?.Children.ToDictionary(pair => $"{pair.Key}", pair => $"{pair.Value}") ?? [];

    private static string FindRepository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Choir.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No Choir.sln above {AppContext.BaseDirectory}.");
    }
}

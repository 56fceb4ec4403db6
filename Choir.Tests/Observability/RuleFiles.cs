using Choir.Tests.Support;
using YamlDotNet.RepresentationModel;

namespace Choir.Tests.Observability;

/// <summary>A rule of Prometheus: an alert or a recording rule.</summary>
/// <param name="Name">The name of the alert or of the recorded metric.</param>
/// <param name="IsAlert">Whether it is an alert.</param>
/// <param name="Query">The expression.</param>
/// <param name="For">The <c>for</c> of an alert.</param>
/// <param name="Labels">The labels of the result.</param>
/// <param name="Annotations">The annotations of an alert.</param>
internal sealed record PrometheusRule(
    string Name, bool IsAlert, string Query, string? For,
    IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string, string> Annotations);

/// <summary>The shipped configuration of Prometheus, its rules, and their unit tests.</summary>
internal static class RuleFiles
{
    public static string Configuration { get; } = Repository.At("Choir.AppHost/Overlay/prometheus/prometheus.yml");

    /// <summary>The files of rules.</summary>
    public static IReadOnlyList<string> Rules { get; } =
        Directory.GetFiles(Path.Combine(Path.GetDirectoryName(Configuration)!, "rules"), "*.yml");

    /// <summary>The files of unit tests.</summary>
    public static IReadOnlyList<string> Tests { get; } =
        Directory.GetFiles(Repository.At("Choir.Tests/Observability/rules"), "*.yml");

    public static IReadOnlyList<PrometheusRule> All { get; } =
    [
        .. from file in Rules
           from @group in Items(Load(file), "groups")
           from rule in Items(@group, "rules")
           select ReadRule(rule),
    ];

    public static IEnumerable<PrometheusRule> Alerts => All.Where(rule => rule.IsAlert);

    /// <summary>The alerts in the unit tests, and whether they are expected to fire.</summary>
    public static IReadOnlyList<(string Alert, bool Fires)> Expected { get; } =
    [
        .. from test in UnitTests()
           from expectation in Items(test, "alert_rule_test")
           select (Text(expectation, "alertname")!, Items(expectation, "exp_alerts").Any()),
    ];

    /// <summary>The queries in the unit tests.</summary>
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
}

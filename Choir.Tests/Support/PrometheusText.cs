using System.Globalization;
using System.Text.RegularExpressions;

namespace Choir.Tests.Support;

/// <summary>The text of <c>/metrics</c>.</summary>
internal sealed partial class PrometheusText(string text)
{
    /// <summary>The names and types of the metrics, from the <c>TYPE</c> lines.</summary>
    public IReadOnlyDictionary<string, string> Types { get; } =
        TypeLine().Matches(text).ToDictionary(line => line.Groups[1].Value, line => line.Groups[2].Value);

    /// <summary>The sum of the samples of a name with all the given labels.</summary>
    public double? Sum(string name, params (string Label, string Value)[] labels)
    {
        var samples = SampleLine().Matches(text)
            .Where(line => line.Groups[1].Value == name && Array.TrueForAll(
                labels, label => line.Groups[2].Value.Contains($"{label.Label}=\"{label.Value}\"", StringComparison.Ordinal)))
            .Select(line => double.Parse(line.Groups[3].Value, CultureInfo.InvariantCulture))
            .ToList();
        return samples.Count == 0 ? null : samples.Sum();
    }

    public override string ToString() => text;

    [GeneratedRegex(@"^# TYPE (\S+) (\S+)$", RegexOptions.Multiline)]
    private static partial Regex TypeLine();

    [GeneratedRegex(@"^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)(?: \S+)?$", RegexOptions.Multiline)]
    private static partial Regex SampleLine();
}

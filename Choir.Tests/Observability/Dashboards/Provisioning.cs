using System.Text.RegularExpressions;

namespace Choir.Tests.Observability.Dashboards;

/// <summary>The provisioning files of Grafana.</summary>
internal static partial class Provisioning
{
    /// <summary>The lines of the dashboard provider, without comments.</summary>
    public static IReadOnlyList<string> Provider { get; } = Lines("dashboards");

    /// <summary>The lines of the data sources, without comments.</summary>
    public static IReadOnlyList<string> Sources { get; } = Lines("datasources");

    public static IReadOnlyList<string> SourceUids { get; } =
        [.. Sources.Select(line => Uid().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value)];

    private static List<string> Lines(string folder) =>
        [.. File.ReadAllLines(Path.Combine(DashboardFile.Folder, "provisioning", folder, "choir.yml")).Where(line => line.Length > 0 && !line.TrimStart().StartsWith('#'))];

    [GeneratedRegex(@"^    uid: (\S+)$")]
    private static partial Regex Uid();
}

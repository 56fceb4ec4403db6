using System.Globalization;
using System.Text.RegularExpressions;

namespace Choir.Tests.Observability.EndToEnd;

/// <summary>
/// A copy of the overlay's files for Prometheus and Alertmanager with all durations divided by sixty, but at least a second.
/// </summary>
internal static partial class FastOverlay
{
    private const int Factor = 60;

    /// <summary>Divides the durations in the text of a file.</summary>
    public static string Convert(string text) => Duration().Replace(text, duration => Divide(duration.Value));

    public static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from))
        {
            File.WriteAllText(Path.Combine(to, Path.GetFileName(file)), Convert(File.ReadAllText(file)));
        }
    }

    private static string Divide(string duration)
    {
        var seconds = int.Parse(duration[..^1], CultureInfo.InvariantCulture) * duration[^1] switch
        {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            _ => 86_400,
        };
        return seconds == 0 ? duration : $"{Math.Max(1, seconds / Factor)}s";
    }

    // After the name of a setting, in brackets after a selector, and after "offset". This excludes names of recorded metrics.
    [GeneratedRegex(@"(?<=(for|interval|group_wait|group_interval|repeat_interval|resolve_timeout|offset):? |\[)\d+[smhd]\b")]
    private static partial Regex Duration();
}

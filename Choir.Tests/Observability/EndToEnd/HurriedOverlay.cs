using System.Globalization;
using System.Text.RegularExpressions;

namespace Choir.Tests.Observability.EndToEnd;

/// <summary>
/// A copy of the overlay's files for Prometheus and Alertmanager in which a minute takes a second: whatever they wait for,
/// look back over or hold is divided by sixty, and a second at the least.
/// </summary>
internal static partial class HurriedOverlay
{
    private const int Hurry = 60;

    /// <summary>The text of a file, hurried.</summary>
    /// <param name="text">The text.</param>
    public static string Of(string text) => Duration().Replace(text, duration => Hurried(duration.Value));

    /// <summary>Copies the files of a folder, hurried.</summary>
    /// <param name="from">The folder.</param>
    /// <param name="to">Where to; made if it is not there.</param>
    public static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from))
        {
            File.WriteAllText(Path.Combine(to, Path.GetFileName(file)), Of(File.ReadAllText(file)));
        }
    }

    private static string Hurried(string duration)
    {
        var seconds = int.Parse(duration[..^1], CultureInfo.InvariantCulture) * duration[^1] switch
        {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            _ => 86_400,
        };
        return seconds == 0 ? duration : $"{Math.Max(1, seconds / Hurry)}s";
    }

    // After a setting's name, in brackets after a selector, and after "offset". Names of records have none of these before them.
    [GeneratedRegex(@"(?<=(for|interval|group_wait|group_interval|repeat_interval|resolve_timeout|offset):? |\[)\d+[smhd]\b")]
    private static partial Regex Duration();
}

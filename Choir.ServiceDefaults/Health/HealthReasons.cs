using System.Text.RegularExpressions;

namespace Choir.ServiceDefaults.Health;

/// <summary>Formats reasons for callers: one line of limited length without secrets.</summary>
internal static partial class HealthReasons
{
    private const int MaxLength = 300;

    public static string Of(string component, Exception exception) =>
        Clean($"{HealthComponents.FailurePrefix(component)}: {exception.Message}");

    public static string TimedOut(string component, TimeSpan limit) =>
        $"{HealthComponents.FailurePrefix(component)}: no answer within {limit.TotalSeconds:0.###} s";

    public static string Clean(string reason)
    {
        var end = reason.AsSpan().IndexOfAny('\r', '\n');
        var line = end < 0 ? reason : reason[..end];
        line = UserInfo().Replace(line, "://***@");
        line = SecretSetting().Replace(line, "$1=***");
        return line.Length <= MaxLength ? line : line[..MaxLength] + "…";
    }

    [GeneratedRegex("://[^/@\\s]+@")]
    private static partial Regex UserInfo();

    [GeneratedRegex("(password|pwd|secret|token|api[-_]?key)\\s*=\\s*[^;\\s]+", RegexOptions.IgnoreCase)]
    private static partial Regex SecretSetting();
}

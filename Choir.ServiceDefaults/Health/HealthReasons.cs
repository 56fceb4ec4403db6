using Choir.Redaction;
using Choir.ServiceDefaults.Http;

namespace Choir.ServiceDefaults.Health;

/// <summary>Formats reasons for callers: one line of limited length without secrets.</summary>
internal static class HealthReasons
{
    private const int MaxLength = 300;

    public static string Of(string component, Exception exception) =>
        Clean($"{HealthComponents.FailurePrefix(component)}: {FailureReason.Of(exception)}");

    public static string TimedOut(string component, TimeSpan limit) =>
        $"{HealthComponents.FailurePrefix(component)}: no answer within {limit.TotalSeconds:0.###} s";

    public static string Clean(string reason)
    {
        var end = reason.AsSpan().IndexOfAny('\r', '\n');
        return PlainText.Shorten(Redactor.Clean(end < 0 ? reason : reason[..end]), MaxLength);
    }
}

using Choir.ServiceDefaults;

namespace Choir.Gateway.Alerts.Relay;

/// <summary>Shortens texts to the limits of a channel.</summary>
internal static class RelayText
{
    // The alphabet of GSM has no ellipsis.
    private const string End = "...";

    // Characters of one septet in GSM 03.38. GsmExtension has those of two; any other character makes the message UCS-2.
    private const string Gsm =
        "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

    private const string GsmExtension = "^{}\\[~]|€";

    /// <summary>The maximum number of parts of a text message.</summary>
    private const int MaxParts = 3;

    // The capacity of one part of a multi-part message.
    private const int SeptetsOfPart = 153;
    private const int UnitsOfPart = 67;

    /// <summary>Shortens a text to <see cref="MaxParts"/> parts. Fewer characters fit if one is not in GSM's alphabet.</summary>
    public static string ForSms(string text)
    {
        if (text.Any(character => !Gsm.Contains(character) && !GsmExtension.Contains(character)))
        {
            return PlainText.Shorten(text, (MaxParts * UnitsOfPart) - 1);
        }

        var septets = 0;
        var fitting = text.TakeWhile(character => (septets += GsmExtension.Contains(character) ? 2 : 1) <= MaxParts * SeptetsOfPart).Count();
        if (fitting == text.Length)
        {
            return text;
        }

        // Each removed character frees at least one septet, which is what each character of the ellipsis needs.
        return text[..(fitting - End.Length)] + End;
    }

    public static string SmsOf(AlertNotification notification)
    {
        var firing = notification.FiringAlerts.ToList();
        var shown = firing.Count > 0 ? firing : [.. notification.Alerts];
        var more = shown.Count - 1 + notification.TruncatedAlerts;
        return ForSms(
            $"{(firing.Count > 0 ? "FIRING" : "RESOLVED")} {shown[0].Name} ({shown[0].Severity}): {shown[0].Summary}"
            + (more > 0 ? $"; {more} more" : "")
            + (shown[0].Annotation("runbook_url") is { Length: > 0 } runbook ? $" {runbook}" : ""));
    }
}

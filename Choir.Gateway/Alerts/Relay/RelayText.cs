namespace Choir.Gateway.Alerts.Relay;

/// <summary>Texts that must not be longer than a channel takes.</summary>
internal static class RelayText
{
    private const string End = "...";

    // What takes one septet of GSM 03.38; what takes two is in GsmExtension; all else makes a message UCS-2.
    private const string Gsm =
        "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

    private const string GsmExtension = "^{}\\[~]|€";

    /// <summary>A text message has at most so many parts.</summary>
    private const int MaxParts = 3;

    // What a part of a message of several holds.
    private const int SeptetsOfPart = 153;
    private const int UnitsOfPart = 67;

    /// <summary>At most <paramref name="most"/> UTF-16 units of a text, and no half of a surrogate pair.</summary>
    public static string Shorten(string text, int most)
    {
        if (text.Length <= most)
        {
            return text;
        }

        var length = most - End.Length;
        return text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)] + End;
    }

    /// <summary>As much of a text as fits the parts of a text message: fewer characters where one is outside of GSM's own.</summary>
    public static string ForSms(string text)
    {
        if (text.Any(character => !Gsm.Contains(character) && !GsmExtension.Contains(character)))
        {
            return Shorten(text, MaxParts * UnitsOfPart);
        }

        var septets = 0;
        var fitting = text.TakeWhile(character => (septets += GsmExtension.Contains(character) ? 2 : 1) <= MaxParts * SeptetsOfPart).Count();
        if (fitting == text.Length)
        {
            return text;
        }

        // The last characters may take one septet each, or two: as many as the end has characters always make room for it.
        return text[..(fitting - End.Length)] + End;
    }

    /// <summary>Alerts in the words of a text message.</summary>
    public static string SmsOf(AlertNotification notification)
    {
        var firing = notification.WhatFires.ToList();
        var shown = firing.Count > 0 ? firing : [.. notification.Alerts];
        var more = shown.Count - 1 + notification.TruncatedAlerts;
        return ForSms(
            $"{(firing.Count > 0 ? "FIRING" : "RESOLVED")} {shown[0].Name} ({shown[0].Severity}): {shown[0].Summary}"
            + (more > 0 ? $"; {more} more" : "")
            + (shown[0].Annotation("runbook_url") is { Length: > 0 } runbook ? $" {runbook}" : ""));
    }
}

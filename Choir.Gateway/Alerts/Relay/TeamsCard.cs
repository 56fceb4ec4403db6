using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Choir.ServiceDefaults;

namespace Choir.Gateway.Alerts.Relay;

/// <summary>Formats alerts as an adaptive card for a Teams workflow.</summary>
/// <remarks>
/// Texts are rich text runs, which Teams does not interpret as Markdown: labels hold ids that callers chose. A message may
/// have <see cref="MaxSize"/> bytes, so the card shows the first alerts only, each shortened; those that are firing come first.
/// </remarks>
internal static class TeamsCard
{
    /// <summary>The maximum size of a message, in bytes.</summary>
    internal const int MaxSize = 28 * 1024;

    private const int MaxAlerts = 10;
    private const int MaxSummary = 150;
    private const int MaxText = 350;

    // A longer URL is left out: shortened, it would lead nowhere.
    private const int MaxUrl = 2_000;

    // Only the escapes that JSON requires, because of the size limit.
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(AlertNotification notification)
    {
        var alerts = notification.FiringFirst.ToList();
        var shown = Math.Min(alerts.Count, MaxAlerts);
        var card = Of(notification, alerts, shown);

        // The size of a character is known only when it is written: some take 12 bytes as an escape.
        while (shown > 1 && Encoding.UTF8.GetByteCount(card) > MaxSize)
        {
            card = Of(notification, alerts, --shown);
        }

        return card;
    }

    private static string Of(AlertNotification notification, List<NotifiedAlert> alerts, int shown)
    {
        var firing = notification.FiringAlerts.Count();
        var body = new JsonArray(Run(
            firing > 0 ? $"FIRING: {firing}" : "RESOLVED", ("weight", "Bolder"), ("size", "Large"), ("color", firing > 0 ? "Attention" : "Good")));
        foreach (var alert in alerts.Take(shown))
        {
            Add(body, alert);
        }

        var more = alerts.Count - shown + notification.TruncatedAlerts;
        if (more > 0)
        {
            body.Add((JsonNode)Run($"{more} more", ("isSubtle", true)));
        }

        var card = new JsonObject
        {
            ["$schema"] = "http://adaptivecards.io/schemas/adaptive-card.json",
            ["type"] = "AdaptiveCard",
            ["version"] = "1.4",
            ["body"] = body,
        };
        if (Runbook(alerts) is { } runbook)
        {
            card["actions"] = new JsonArray(new JsonObject { ["type"] = "Action.OpenUrl", ["title"] = "Runbook", ["url"] = runbook });
        }

        var message = new JsonObject
        {
            ["type"] = "message",
            ["attachments"] = new JsonArray(new JsonObject
            {
                ["contentType"] = "application/vnd.microsoft.card.adaptive", ["contentUrl"] = null, ["content"] = card,
            }),
        };
        return message.ToJsonString(Plain);
    }

    private static void Add(JsonArray body, NotifiedAlert alert)
    {
        var resolved = alert.Status == AlertNotification.Resolved;
        body.Add((JsonNode)Run(
            PlainText.Shorten($"{(resolved ? "Resolved: " : "")}{alert.Name} ({alert.Severity}): {alert.Summary}", MaxSummary),
            ("weight", "Bolder"), ("color", resolved ? "Good" : alert.Severity == "critical" ? "Attention" : "Warning")));
        if (alert.Annotation("description") is { Length: > 0 } description)
        {
            body.Add((JsonNode)Run(PlainText.Shorten(description, MaxText)));
        }
    }

    private static JsonObject Run(string text, params ReadOnlySpan<(string Name, JsonNode Value)> looks)
    {
        var run = new JsonObject { ["type"] = "TextRun", ["text"] = text };
        foreach (var (name, value) in looks)
        {
            run[name] = value;
        }

        return new JsonObject { ["type"] = "RichTextBlock", ["inlines"] = new JsonArray(run) };
    }

    private static string? Runbook(List<NotifiedAlert> alerts) =>
        alerts.Select(alert => alert.Annotation("runbook_url")).FirstOrDefault(url => url.Length <= MaxUrl && RelayUrl.IsValid(url));
}

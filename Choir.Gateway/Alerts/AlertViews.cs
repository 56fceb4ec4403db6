namespace Choir.Gateway.Alerts;

/// <summary>The answer of <c>GET /alerts</c>.</summary>
/// <param name="Alerts">The firing alerts, the most recently started first.</param>
/// <param name="Source">
/// <c>alertmanager</c>: Alertmanager was asked, so the list is current. <c>webhook</c>: what Alertmanager reported to this gateway.
/// A report may come some minutes late.
/// </param>
/// <param name="AsOf">When the list was true: now, or the time of the last notification; null if there was none.</param>
/// <param name="Problem">Why Alertmanager could not be asked; null if it was, or if its address is not configured.</param>
/// <param name="LastNotificationAt">The time of the last notification; null if there was none since the gateway started.</param>
/// <param name="WatchdogSeenAt">
/// The last report of the alert that always fires, which is repeated every minute or two: if it is old, alerts do not
/// arrive. Null if there was none since the gateway started.
/// </param>
/// <param name="Forgotten">
/// How many alerts the list lacks because of the limit <see cref="GatewayOptions.MaxAlerts"/>; with the source <c>webhook</c> how many
/// were dropped because of it since the gateway started.
/// </param>
internal sealed record AlertsView(
    IReadOnlyList<AlertView> Alerts, string Source, DateTimeOffset? AsOf, string? Problem, DateTimeOffset? LastNotificationAt,
    DateTimeOffset? WatchdogSeenAt, long Forgotten)
{
    public const string FromWebhook = "webhook";
    public const string FromAlertmanager = "alertmanager";
}

/// <summary>A firing alert.</summary>
/// <param name="Name">The label <c>alertname</c>.</param>
/// <param name="Severity"><c>critical</c>, <c>warning</c> or <c>info</c>; empty if the rule sets none.</param>
/// <param name="Labels">All labels.</param>
/// <param name="Annotations">Texts for people: <c>summary</c>, <c>description</c>, <c>runbook_url</c>.</param>
/// <param name="StartsAt">When it started firing.</param>
/// <param name="AsOf">When Prometheus or Alertmanager last reported it: the time of the figures in its annotations.</param>
/// <param name="AgeSeconds">The seconds since <c>asOf</c>.</param>
/// <param name="Since">When it was first reported to this gateway; null if Alertmanager has not sent it yet.</param>
/// <param name="LastHeardAt">When it was last reported to this gateway; null if Alertmanager has not sent it yet.</param>
/// <param name="Receiver">The Alertmanager receiver that it was routed to.</param>
/// <param name="Group">The labels that its notification was grouped by.</param>
/// <param name="GeneratorUrl">The URL of the rule's graph; null if unknown.</param>
internal sealed record AlertView(
    string Name,
    string Severity,
    IReadOnlyDictionary<string, string> Labels,
    IReadOnlyDictionary<string, string> Annotations,
    DateTimeOffset StartsAt,
    DateTimeOffset AsOf,
    long AgeSeconds,
    DateTimeOffset? Since,
    DateTimeOffset? LastHeardAt,
    string Receiver,
    IReadOnlyDictionary<string, string> Group,
    string? GeneratorUrl)
{
    /// <summary>The same alert with its age at a time; a clock that was set back gives 0.</summary>
    public AlertView At(DateTimeOffset now) => this with { AgeSeconds = Math.Max(0, (long)(now - AsOf).TotalSeconds) };
}

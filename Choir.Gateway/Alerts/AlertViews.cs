namespace Choir.Gateway.Alerts;

/// <summary>The answer of <c>GET /alerts</c>.</summary>
/// <param name="Alerts">The firing alerts, the most recently started first.</param>
/// <param name="LastNotificationAt">The time of the last notification; null if there was none since the gateway started.</param>
/// <param name="WatchdogSeenAt">
/// The last report of the alert that always fires, which is repeated every minute or two: if it is old, alerts do not
/// arrive. Null if there was none since the gateway started.
/// </param>
/// <param name="Forgotten">How many alerts were dropped since the gateway started because of the limit.</param>
internal sealed record AlertsView(
    IReadOnlyList<AlertView> Alerts, DateTimeOffset? LastNotificationAt, DateTimeOffset? WatchdogSeenAt, long Forgotten);

/// <summary>A firing alert.</summary>
/// <param name="Name">The label <c>alertname</c>.</param>
/// <param name="Severity"><c>critical</c>, <c>warning</c> or <c>info</c>; empty if the rule sets none.</param>
/// <param name="Labels">All labels.</param>
/// <param name="Annotations">Texts for people: <c>summary</c>, <c>description</c>, <c>runbook_url</c>.</param>
/// <param name="StartsAt">When it started firing.</param>
/// <param name="Since">When it was first reported to this gateway.</param>
/// <param name="LastHeardAt">When it was last reported to this gateway.</param>
/// <param name="Receiver">The Alertmanager receiver that it was routed to.</param>
/// <param name="Group">The labels that its notification was grouped by.</param>
/// <param name="GeneratorUrl">The URL of the rule's graph; null if unknown.</param>
internal sealed record AlertView(
    string Name,
    string Severity,
    IReadOnlyDictionary<string, string> Labels,
    IReadOnlyDictionary<string, string> Annotations,
    DateTimeOffset StartsAt,
    DateTimeOffset Since,
    DateTimeOffset LastHeardAt,
    string Receiver,
    IReadOnlyDictionary<string, string> Group,
    string? GeneratorUrl);

namespace Choir.Gateway.Alerts;

/// <summary>What Alertmanager has told this gateway.</summary>
/// <param name="Alerts">The alerts that fire, the one that began last first.</param>
/// <param name="LastNotificationAt">When Alertmanager last told anything; null if it has not since the gateway started.</param>
/// <param name="WatchdogSeenAt">
/// When it last told that the alert fires that always does, which it does every minute or two: if that is long ago, alerts
/// do not arrive. Null if it has not since the gateway started.
/// </param>
/// <param name="Forgotten">How many alerts were forgotten since the gateway started because there were too many.</param>
internal sealed record AlertsView(
    IReadOnlyList<AlertView> Alerts, DateTimeOffset? LastNotificationAt, DateTimeOffset? WatchdogSeenAt, long Forgotten);

/// <summary>An alert that fires.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Severity"><c>critical</c>, <c>warning</c> or <c>info</c>; empty if its rule says none.</param>
/// <param name="Labels">What it is about.</param>
/// <param name="Annotations">What it says to people: <c>summary</c>, <c>description</c>, <c>runbook_url</c>.</param>
/// <param name="StartsAt">When it began to fire.</param>
/// <param name="Since">When this gateway first heard of it.</param>
/// <param name="LastHeardAt">When this gateway last heard of it.</param>
/// <param name="Receiver">The receiver that it was routed to.</param>
/// <param name="Group">What the alerts that came with it have in common.</param>
/// <param name="GeneratorUrl">Where the rule's graph is; null if nobody said.</param>
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

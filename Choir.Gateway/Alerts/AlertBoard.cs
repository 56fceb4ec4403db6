using Microsoft.Extensions.Options;

namespace Choir.Gateway.Alerts;

/// <summary>The firing alerts that Alertmanager reported to this gateway.</summary>
/// <remarks>
/// Kept in memory, because an alert may be about the database. Behind a load balancer a notification reaches one replica of
/// the gateway only. The shipped configuration repeats each alert every few minutes, so that the other replicas, and a
/// restarted one, receive it. An alert that is not repeated for <see cref="GatewayOptions.AlertExpiry"/> is removed,
/// because it may have been resolved at another replica.
/// </remarks>
internal sealed class AlertBoard(TimeProvider time, IOptions<GatewayOptions> options, ILogger<AlertBoard> logger)
{
    /// <summary>The alert that always fires, which shows that alerts arrive.</summary>
    private const string Watchdog = "Watchdog";

    /// <summary>The total size limit of all kept alerts.</summary>
    private const long MaxCharacters = 16 << 20;

    private static readonly Dictionary<string, string> Nothing = [];

    private readonly Lock _lock = new();
    private readonly Dictionary<string, AlertView> _firing = new(StringComparer.Ordinal);
    private DateTimeOffset? _lastNotificationAt;
    private DateTimeOffset? _watchdogSeenAt;
    private long _characters;
    private long _forgotten;

    /// <summary>Applies a notification, and logs each alert that starts or is resolved.</summary>
    public void Take(AlertNotification notification)
    {
        var now = time.GetUtcNow();
        if (notification.TruncatedAlerts > 0)
        {
            logger.AlertsTruncated(notification.TruncatedAlerts, notification.Receiver);
        }

        lock (_lock)
        {
            _lastNotificationAt = now;
            RemoveExpired(now);
            foreach (var alert in notification.Alerts)
            {
                Take(alert, notification, now);
            }
        }
    }

    public AlertsView View()
    {
        lock (_lock)
        {
            RemoveExpired(time.GetUtcNow());
            return new AlertsView(
                [.. _firing.Values.OrderByDescending(alert => alert.StartsAt).ThenBy(alert => alert.Name, StringComparer.Ordinal)],
                _lastNotificationAt,
                _watchdogSeenAt,
                _forgotten);
        }
    }

    private void Take(NotifiedAlert alert, AlertNotification notification, DateTimeOffset now)
    {
        if (alert.Name == Watchdog)
        {
            if (alert.Status == AlertNotification.Firing)
            {
                _watchdogSeenAt = now;
            }

            return;
        }

        var key = Key(alert.Labels);
        var known = _firing.GetValueOrDefault(key);

        // A late notification: the alert has started again since it was resolved.
        if (alert.Status == AlertNotification.Resolved && alert.EndsAt < known?.StartsAt)
        {
            return;
        }

        if (known is not null)
        {
            Remove(key, known);
        }

        if (alert.Status == AlertNotification.Firing)
        {
            if (known is null || known.StartsAt < alert.StartsAt)
            {
                logger.AlertFiring(alert.Name, alert.Severity, alert.Summary, key, alert.StartsAt, notification.Receiver);
            }

            Add(key, View(alert, notification, known, now));
        }
        else if (known is not null)
        {
            logger.AlertResolved(alert.Name, alert.Severity, alert.Summary, key, alert.StartsAt, notification.Receiver);
        }
    }

    private static AlertView View(NotifiedAlert alert, AlertNotification notification, AlertView? known, DateTimeOffset now) => new(
        alert.Name,
        alert.Severity,
        alert.Labels,
        alert.Annotations ?? Nothing,
        alert.StartsAt,
        known?.Since ?? now,
        now,
        notification.Receiver,
        notification.GroupLabels ?? Nothing,
        alert.GeneratorUrl);

    private void Add(string key, AlertView alert)
    {
        _firing.Add(key, alert);
        _characters += Size(key, alert);
        while (_firing.Count > options.Value.MaxAlerts || (_characters > MaxCharacters && _firing.Count > 1))
        {
            var (oldest, forgotten) = _firing.Where(known => known.Key != key).MinBy(known => known.Value.LastHeardAt);
            Remove(oldest, forgotten);
            _forgotten++;
        }
    }

    private void RemoveExpired(DateTimeOffset now)
    {
        foreach (var (key, alert) in _firing.Where(known => now - known.Value.LastHeardAt > options.Value.AlertExpiry).ToList())
        {
            Remove(key, alert);
        }
    }

    private void Remove(string key, AlertView alert)
    {
        if (_firing.Remove(key))
        {
            _characters -= Size(key, alert);
        }
    }

    private static string Key(IReadOnlyDictionary<string, string> labels) => string.Join(
        ", ", labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}=\"{label.Value}\""));

    private static long Size(string key, AlertView alert) =>
        (2L * key.Length) + Size(alert.Annotations) + Size(alert.Group) + (alert.GeneratorUrl?.Length ?? 0) + alert.Receiver.Length;

    private static long Size(IReadOnlyDictionary<string, string> texts) =>
        texts.Sum(text => (long)text.Key.Length + text.Value.Length);
}

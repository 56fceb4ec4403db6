using Choir.ServiceDefaults;
using Choir.ServiceDefaults.Logging;
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
    public const string Watchdog = "Watchdog";

    /// <summary>The limit of the memory of all kept alerts, in bytes.</summary>
    public const long MaxBytes = 16 << 20;

    private const int MaxRecordsPerSecond = 50;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<KeptAlert>> _firing = new(StringComparer.Ordinal);

    // In the order of the last report, the oldest first.
    private readonly LinkedList<KeptAlert> _byReport = new();
    private readonly RecordLimit _records = new(MaxRecordsPerSecond, time);
    private DateTimeOffset? _lastNotificationAt;
    private DateTimeOffset? _watchdogSeenAt;
    private long _bytes;
    private long _forgotten;

    /// <summary>Applies a notification, and logs each alert that starts or is resolved.</summary>
    public void Take(AlertNotification notification)
    {
        var now = time.GetUtcNow();
        if (notification.TruncatedAlerts > 0)
        {
            logger.AlertsTruncated(notification.TruncatedAlerts, PlainText.Shorten(notification.Receiver, AlertTexts.MaxLabel));
        }

        var group = AlertTexts.Cut(notification.GroupLabels, AlertTexts.MaxLabel);
        lock (_lock)
        {
            _lastNotificationAt = now;
            RemoveExpired();
            foreach (var alert in notification.Alerts)
            {
                Take(alert, notification.Receiver, group, now);
            }
        }
    }

    /// <summary>The firing alerts, with their keys.</summary>
    public (IReadOnlyDictionary<string, AlertView> Alerts, DateTimeOffset? LastNotificationAt, DateTimeOffset? WatchdogSeenAt, long Forgotten) Read()
    {
        lock (_lock)
        {
            RemoveExpired();
            return (_byReport.ToDictionary(kept => kept.Key, kept => kept.Alert), _lastNotificationAt, _watchdogSeenAt, _forgotten);
        }
    }

    private void Take(NotifiedAlert alert, string receiver, IReadOnlyDictionary<string, string> group, DateTimeOffset now)
    {
        var isFiring = alert.Status == AlertNotification.Firing;
        if (alert.Name == Watchdog)
        {
            _watchdogSeenAt = isFiring ? now : _watchdogSeenAt;
            return;
        }

        var key = AlertTexts.KeyOf(alert.Labels);
        var known = _firing.GetValueOrDefault(key)?.Value.Alert;

        // A late notification: the alert has started again since it was resolved.
        if (!isFiring && alert.EndsAt < known?.StartsAt)
        {
            return;
        }

        if (known is not null)
        {
            Remove(_firing[key]);
        }

        if (!isFiring && known is null)
        {
            return;
        }

        var view = View(alert, receiver, group, known, now);
        if (isFiring)
        {
            Add(new KeptAlert(key, view, time.GetTimestamp()));
        }

        if ((!isFiring || known is null || known.StartsAt < alert.StartsAt) && _records.TryTake(out var suppressed))
        {
            Log(isFiring, alert, view, key, suppressed);
        }
    }

    private void Log(bool isFiring, NotifiedAlert alert, AlertView view, string key, long? suppressed)
    {
        var summary = PlainText.Shorten(alert.Summary, AlertTexts.MaxLabel);
        if (isFiring)
        {
            logger.AlertFiring(view.Name, view.Severity, summary, key, view.StartsAt, view.Receiver, suppressed);
        }
        else
        {
            logger.AlertResolved(view.Name, view.Severity, summary, key, view.StartsAt, view.Receiver, suppressed);
        }
    }

    private static AlertView View(
        NotifiedAlert alert, string receiver, IReadOnlyDictionary<string, string> group, AlertView? known, DateTimeOffset now) => new(
        PlainText.Shorten(alert.Name, AlertTexts.MaxLabel),
        PlainText.Shorten(alert.Severity, AlertTexts.MaxLabel),
        AlertTexts.Cut(alert.Labels, AlertTexts.MaxLabel),
        AlertTexts.Cut(alert.Annotations, AlertTexts.MaxAnnotation),
        alert.StartsAt,
        AsOf: now,
        AgeSeconds: 0,
        known?.Since ?? now,
        now,
        PlainText.Shorten(receiver, AlertTexts.MaxLabel),
        group,
        alert.GeneratorUrl is { } url ? PlainText.Shorten(url, AlertTexts.MaxAnnotation) : null);

    private void Add(KeptAlert alert)
    {
        _firing.Add(alert.Key, _byReport.AddLast(alert));
        _bytes += alert.Bytes;
        while (_firing.Count > options.Value.MaxAlerts || (_bytes > MaxBytes && _firing.Count > 1))
        {
            Remove(_byReport.First!);
            _forgotten++;
        }
    }

    private void RemoveExpired()
    {
        while (_byReport.First is { } oldest && time.GetElapsedTime(oldest.Value.ReportedAt) > options.Value.AlertExpiry)
        {
            Remove(oldest);
        }
    }

    private void Remove(LinkedListNode<KeptAlert> node)
    {
        _firing.Remove(node.Value.Key);
        _byReport.Remove(node);
        _bytes -= node.Value.Bytes;
    }

    private sealed class KeptAlert(string key, AlertView alert, long reportedAt)
    {
        private const int Overhead = 256;

        public string Key { get; } = key;

        public AlertView Alert { get; } = alert;

        /// <summary>The timestamp of the last report: steps of the wall clock do not expire an alert.</summary>
        public long ReportedAt { get; } = reportedAt;

        public long Bytes { get; } = Overhead + AlertTexts.Bytes(key) + AlertTexts.Bytes(alert.Name) + AlertTexts.Bytes(alert.Severity)
            + AlertTexts.Bytes(alert.Labels) + AlertTexts.Bytes(alert.Annotations) + AlertTexts.Bytes(alert.Group)
            + AlertTexts.Bytes(alert.Receiver) + AlertTexts.Bytes(alert.GeneratorUrl);
    }
}

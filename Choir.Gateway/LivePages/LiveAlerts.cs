using System.Globalization;
using Choir.Gateway.Alerts;
using Choir.Observatory;
using Choir.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace Choir.Gateway.LivePages;

/// <summary>Alerts for the live pages: the same list as <c>GET /alerts</c>, and what is pending at Prometheus where it runs.</summary>
internal sealed class LiveAlerts(AlertList list, PrometheusSource prometheus, IOptions<GatewayOptions> options, TimeProvider time) : IObservatoryAlerts
{
    private const string Name = "alertname";
    private const string Summary = "summary";
    private const string Description = "description";
    private const string Firing = "firing";
    private const string Pending = "pending";

    /// <summary>The time between two questions to Prometheus.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>The longest description of an alert, in characters: it is shown beside the summary, of each alert.</summary>
    private const int MaxDetail = 300;

    /// <summary>The watchdog is reported every 60 to 90 s. Each of several gateways behind a load balancer receives a part of the reports.</summary>
    private static readonly TimeSpan WatchdogIsOld = TimeSpan.FromMinutes(10);

    /// <summary>How long the list counts as cut after alerts were dropped: longer than the time between two readings of the pages.</summary>
    private static readonly TimeSpan CutFor = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private Task<(IReadOnlyList<PrometheusAlert> Alerts, string? Problem)> _asking = Task.FromResult<(IReadOnlyList<PrometheusAlert>, string?)>(([], null));
    private (IReadOnlyList<PrometheusAlert> Alerts, string? Problem) _answered = ([], null);
    private long _askedAt;
    private long _forgotten;
    private long? _forgottenAt;

    public async Task<ObservatoryAlertList> AlertsAsync(CancellationToken cancellationToken)
    {
        var view = await list.ViewAsync(cancellationToken);
        var (pending, problem) = prometheus.IsConfigured ? await LastAnswerAsync() : ([], null);

        // Alerts that were dropped because there are too many have not ended.
        var isCut = view.Alerts.Count >= options.Value.MaxAlerts || HasDropped(view);
        return new ObservatoryAlertList(
            [.. view.Alerts.Select(Alert), .. pending.Where(alert => alert.State == Pending).Take(options.Value.MaxAlerts).Select(alert => Alert(alert, view.AsOf))],
            view.Source, view.AsOf, view.Problem ?? (problem is null ? NotEvaluated(view) : $"Pending alerts are not known. {problem}"))
        {
            IsCut = isCut,
            IsFiringComplete = view.Problem is null,
            SourceText = view.Source switch
            {
                AlertsView.FromAlertmanager => "Alertmanager",
                AlertsView.FromWebhook => "what Alertmanager sent to this process",
                _ => null,
            },
        };
    }

    public string? Runbook(string alert) => Runbooks.Find(alert);

    // An empty list means nothing where nothing evaluates alerts, or none arrives.
    private string? NotEvaluated(AlertsView view)
    {
        if (view.WatchdogSeenAt is null && view.LastNotificationAt is null && view.Alerts.Count == 0)
        {
            return prometheus.IsConfigured || view.Source == AlertsView.FromAlertmanager
                ? "Whether alerts are evaluated is not known: the alert Watchdog, which always fires, has not arrived since this process started. It takes up to two minutes after Prometheus has started."
                : "No alert is evaluated, as far as this process knows: Prometheus is not started, and the alert Watchdog, which always fires, has not arrived.";
        }

        var lastSign = view.WatchdogSeenAt is { } seen && view.LastNotificationAt > seen ? view.LastNotificationAt : view.WatchdogSeenAt;
        return lastSign is { } at && time.GetUtcNow() - at > WatchdogIsOld
            ? string.Create(CultureInfo.InvariantCulture, $"Alerts do not arrive: the alert Watchdog, which always fires, was last seen on {view.WatchdogSeenAt:yyyy-MM-dd} at {view.WatchdogSeenAt:HH:mm:ss} UTC.")
            : null;
    }

    // Assistants and pages ask too: who asks first must not decide what the others are told.
    private bool HasDropped(AlertsView view)
    {
        lock (_lock)
        {
            if (view.Source == AlertsView.FromWebhook && view.Forgotten != _forgotten)
            {
                (_forgotten, _forgottenAt) = (view.Forgotten, time.GetTimestamp());
            }

            return _forgottenAt is { } at && time.GetElapsedTime(at) < CutFor;
        }
    }

    // The pages read alerts each second, and must not wait for a Prometheus that does not answer.
    private async Task<(IReadOnlyList<PrometheusAlert> Alerts, string? Problem)> LastAnswerAsync()
    {
        lock (_lock)
        {
            if (_asking.IsCompleted && (_askedAt == 0 || time.GetElapsedTime(_askedAt) >= Interval))
            {
                (_asking, _askedAt) = (prometheus.AlertsAsync(CancellationToken.None), time.GetTimestamp());
            }
        }

        return _asking.IsCompletedSuccessfully ? _answered = await _asking : _answered;
    }

    private static ObservatoryAlert Alert(AlertView alert) => new(
        alert.Name, alert.Severity, Firing, alert.Annotations.GetValueOrDefault(Summary) ?? alert.Name, alert.Labels, alert.StartsAt, alert.AsOf)
    {
        Detail = Detail(alert.Annotations),
    };

    private static ObservatoryAlert Alert(PrometheusAlert alert, DateTimeOffset? asOf)
    {
        var labels = AlertTexts.Cut(alert.Labels, AlertTexts.MaxLabel);
        var name = labels.GetValueOrDefault(Name) ?? "";
        return new ObservatoryAlert(
            name, labels.GetValueOrDefault("severity") ?? "", Pending,
            PlainText.Shorten(alert.Annotations?.GetValueOrDefault(Summary) ?? name, AlertTexts.MaxAnnotation), labels,
            alert.ActiveAt ?? asOf ?? default, asOf ?? default)
        {
            Detail = Detail(alert.Annotations),
        };
    }

    private static string? Detail(IReadOnlyDictionary<string, string>? annotations) =>
        annotations?.GetValueOrDefault(Description) is { Length: > 0 } text ? PlainText.Shorten(text, MaxDetail) : null;
}

using Choir.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace Choir.Gateway.Alerts;

/// <summary>The firing alerts: from Alertmanager if it can be asked, otherwise as its webhook reported them.</summary>
internal sealed class AlertList(AlertBoard board, AlertmanagerSource source, IOptions<GatewayOptions> options, TimeProvider time)
{
    public async Task<AlertsView> ViewAsync(CancellationToken cancellationToken)
    {
        var answer = source.IsConfigured ? await source.AskAsync(cancellationToken) : null;
        var reported = board.Read();
        var now = time.GetUtcNow();
        if (answer?.Alerts is not { } asked)
        {
            return new AlertsView(
                InOrder(reported.Alerts.Values, alert => alert.StartsAt, alert => alert.Name).Select(alert => alert.At(now)).ToList(),
                AlertsView.FromWebhook, reported.LastNotificationAt, answer?.Problem, reported.LastNotificationAt, reported.WatchdogSeenAt,
                reported.Forgotten);
        }

        var watchdog = asked.Where(alert => NameOf(alert) == AlertBoard.Watchdog).Select(alert => (DateTimeOffset?)alert.UpdatedAt)
            .Append(reported.WatchdogSeenAt).Max();
        var firing = asked.Where(alert => NameOf(alert) is not ("" or AlertBoard.Watchdog)).ToList();
        var shown = InOrder(firing, alert => alert.StartsAt, NameOf).Take(options.Value.MaxAlerts)
            .Select(alert => View(alert, reported.Alerts.GetValueOrDefault(AlertTexts.KeyOf(alert.Labels))).At(now)).ToList();
        return new AlertsView(
            shown, AlertsView.FromAlertmanager, answer.At, null, reported.LastNotificationAt, watchdog, firing.Count - shown.Count);
    }

    private static IEnumerable<T> InOrder<T>(IEnumerable<T> alerts, Func<T, DateTimeOffset> startsAt, Func<T, string> name) =>
        alerts.OrderByDescending(startsAt).ThenBy(name, StringComparer.Ordinal);

    private static string NameOf(AlertmanagerAlert alert) => alert.Labels.GetValueOrDefault("alertname") ?? "";

    private static AlertView View(AlertmanagerAlert alert, AlertView? reported) => new(
        PlainText.Shorten(NameOf(alert), AlertTexts.MaxLabel),
        PlainText.Shorten(alert.Labels.GetValueOrDefault("severity") ?? "", AlertTexts.MaxLabel),
        AlertTexts.Cut(alert.Labels, AlertTexts.MaxLabel),
        AlertTexts.Cut(alert.Annotations, AlertTexts.MaxAnnotation),
        alert.StartsAt,
        alert.UpdatedAt,
        AgeSeconds: 0,
        reported?.Since,
        reported?.LastHeardAt,
        reported?.Receiver ?? PlainText.Shorten(alert.Receivers is { Count: > 0 } receivers ? receivers[0].Name : "", AlertTexts.MaxLabel),
        reported?.Group ?? new Dictionary<string, string>(),
        alert.GeneratorUrl is { } url ? PlainText.Shorten(url, AlertTexts.MaxAnnotation) : null);
}

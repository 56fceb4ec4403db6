using Choir.Gateway.Alerts;
using Choir.Observatory;

namespace Choir.Gateway.LivePages;

/// <summary>Alerts for the live pages: the same list as <c>GET /alerts</c>.</summary>
internal sealed class LiveAlerts(AlertList list) : IObservatoryAlerts
{
    private const string Summary = "summary";
    private const string Firing = "firing";

    public async Task<ObservatoryAlertList> AlertsAsync(CancellationToken cancellationToken)
    {
        var view = await list.ViewAsync(cancellationToken);
        return new ObservatoryAlertList([.. view.Alerts.Select(Alert)], view.Source, view.AsOf, view.Problem);
    }

    public string? Runbook(string alert) => Runbooks.Find(alert);

    private static ObservatoryAlert Alert(AlertView alert) => new(
        alert.Name, alert.Severity, Firing, alert.Annotations.GetValueOrDefault(Summary) ?? alert.Name, alert.Labels, alert.StartsAt, alert.AsOf);
}

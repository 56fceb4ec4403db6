using System.Diagnostics.CodeAnalysis;
using Choir.Observatory.History;
using Microsoft.Extensions.Logging;

namespace Choir.Observatory.Live;

/// <summary>The alerts, the health and the facts of the application as of the last reading. What cannot be read is said to be so.</summary>
[SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Whatever the application's code throws, the actors are shown.")]
internal sealed class ApplicationReadings(ApplicationSources sources, TimeProvider time, ILogger logger)
{
    private const string Unreadable = "It cannot be read.";

    private static readonly TimeSpan UnwatchedAlerts = TimeSpan.FromSeconds(30);

    private long _healthAt;
    private long? _factsAt;
    private long _alertsAt = time.GetTimestamp();
    private bool _alertsFailed;
    private bool _healthFailed;
    private bool _factsFailed;

    /// <summary>Where they are read.</summary>
    public ApplicationSources Sources => sources;

    /// <summary>The alerts; null if the application has none to show.</summary>
    public ObservatoryAlertList? Alerts { get; private set; }

    /// <summary>The alerts that have ended.</summary>
    public AlertHistory AlertHistory { get; } = new(time);

    /// <summary>The health of components.</summary>
    public IReadOnlyList<ObservatoryComponent> Health { get; private set; } = [];

    /// <summary>The health of components over the last hour.</summary>
    public HealthHistory HealthHistory { get; } = new(time);

    /// <summary>Further facts; none while nobody looks, so that a page that opens does not show old ones.</summary>
    public IReadOnlyList<ObservatoryFact> Facts { get; private set; } = [];

    // What the application adds must not keep the actors from being shown. Alerts are read while nobody looks, too, for those that end,
    // and the health for its history.
    public async Task ReadAsync(bool watched, CancellationToken token)
    {
        var alerts = ReadAlertsAsync(watched, token);
        var facts = RefreshFactsAsync(watched, token);

        // Asking for the health sends messages and statements, so not each second.
        if (_healthAt == 0 || time.GetElapsedTime(_healthAt) >= HistoryStore.Step)
        {
            _healthAt = time.GetTimestamp();
            await ReadHealthAsync(token).ConfigureAwait(false);
        }

        await Task.WhenAll(alerts, facts).ConfigureAwait(false);
    }

    // Facts cost statements, so not each second either; but at once when somebody comes to look.
    private Task RefreshFactsAsync(bool watched, CancellationToken token)
    {
        if (!watched)
        {
            (Facts, _factsAt) = ([], null);
            return Task.CompletedTask;
        }

        if (_factsAt is { } at && time.GetElapsedTime(at) < HistoryStore.Step)
        {
            return Task.CompletedTask;
        }

        _factsAt = time.GetTimestamp();
        return ReadFactsAsync(token);
    }

    private async Task ReadHealthAsync(CancellationToken token)
    {
        try
        {
            Health = await sources.HealthAsync(token).ConfigureAwait(false);
            HealthHistory.Record(Health);
            _healthFailed = false;
        }
        catch (Exception e) when (!token.IsCancellationRequested)
        {
            Health = [new ObservatoryComponent("health", HealthStatus.Unknown, Unreadable)];
            HealthHistory.RecordUnknown(Unreadable);
            ReportOnce(ref _healthFailed, e);
        }
    }

    private async Task ReadFactsAsync(CancellationToken token)
    {
        try
        {
            Facts = await sources.FactsAsync(token).ConfigureAwait(false);
            _factsFailed = false;
        }
        catch (Exception e) when (!token.IsCancellationRequested)
        {
            Facts = [new ObservatoryFact("Facts of the application", null, null, ObservatoryFactState.Warning, "They cannot be read.")];
            ReportOnce(ref _factsFailed, e);
        }
    }

    private async Task ReadAlertsAsync(bool watched, CancellationToken token)
    {
        if (!watched && time.GetElapsedTime(_alertsAt) < UnwatchedAlerts)
        {
            return;
        }

        _alertsAt = time.GetTimestamp();
        try
        {
            var alerts = await sources.AlertsAsync(token).ConfigureAwait(false);
            if (alerts is not null)
            {
                AlertHistory.Record(alerts);
            }

            (Alerts, _alertsFailed) = (alerts, false);
        }
        catch (Exception e) when (!token.IsCancellationRequested)
        {
            Alerts = (Alerts ?? new ObservatoryAlertList([], "", null, null)) with { Problem = "The alerts cannot be read.", IsFiringComplete = false };
            ReportOnce(ref _alertsFailed, e);
        }
    }

    // Readings are made each second: only the first of several failures is logged.
    private void ReportOnce(ref bool failed, Exception exception)
    {
        if (!failed)
        {
            logger.ReadFailed(exception.Message);
        }

        failed = true;
    }
}

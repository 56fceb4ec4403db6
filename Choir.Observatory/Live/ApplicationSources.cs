using Choir.Observatory.History;

namespace Choir.Observatory.Live;

/// <summary>
/// What the application adds to the pages: read within a time, copied up to a limit and checked. Lists that are null, and alerts that are not
/// complete, are an exception, so that they cannot take a page down. Components and facts without a name are shown without one.
/// </summary>
internal sealed class ApplicationSources(ObservatoryOptions options, TimeProvider time)
{
    /// <summary>The most alerts that are read; a longer list counts as cut.</summary>
    public const int MaxAlerts = 20_000;

    /// <summary>The most facts, and the most components.</summary>
    public const int MaxFacts = 200;

    /// <summary>The name of components and facts to which the application gives none.</summary>
    public const string Unnamed = "unnamed";

    private readonly SourceReader<ObservatoryAlertList> _alerts = new(TimeSpan.FromSeconds(5), time);
    private readonly SourceReader<IReadOnlyList<ObservatoryComponent>> _health = new(TimeSpan.FromSeconds(3), time);
    private readonly SourceReader<IReadOnlyList<ObservatoryFact>> _facts = new(TimeSpan.FromSeconds(3), time);

    /// <summary>The alerts; null if the application has none to show.</summary>
    public async Task<ObservatoryAlertList?> AlertsAsync(CancellationToken cancellationToken) => options.Alerts is { } source
        ? Checked(await _alerts.ReadAsync(source.AlertsAsync, cancellationToken).ConfigureAwait(false))
        : null;

    /// <summary>The health of components, each name once, with its worst status; empty if the application has none to show.</summary>
    public async Task<IReadOnlyList<ObservatoryComponent>> HealthAsync(CancellationToken cancellationToken)
    {
        if (options.Health is not { } source)
        {
            return [];
        }

        var components = Copy(await _health.ReadAsync(source.HealthAsync, cancellationToken).ConfigureAwait(false), MaxFacts);
        return
        [
            .. components.Select(one => new ObservatoryComponent(one?.Name ?? Unnamed, one?.Status ?? HealthStatus.Unknown, one?.Reason))
                .GroupBy(one => one.Name, StringComparer.Ordinal)
                .Select(same => same.MaxBy(one => HealthStatus.Severity(one.Status))!),
        ];
    }

    /// <summary>The facts; empty if the application has none to show.</summary>
    public async Task<IReadOnlyList<ObservatoryFact>> FactsAsync(CancellationToken cancellationToken)
    {
        if (options.Facts is not { } source)
        {
            return [];
        }

        var given = await _facts.ReadAsync(source.FactsAsync, cancellationToken).ConfigureAwait(false);
        var facts = Copy(given, MaxFacts);
        var shown = facts.Select(Checked);
        return given.Count > facts.Length
            ? [.. shown, new ObservatoryFact("Further facts", given.Count - facts.Length, null, ObservatoryFactState.Warning, "They are not shown.")]
            : [.. shown];
    }

    // A value that is not finite is none, and cannot be written as JSON.
    private static ObservatoryFact Checked(ObservatoryFact? fact) => (fact ?? new ObservatoryFact(Unnamed, null, null, ObservatoryFactState.Warning, null)) with
    {
        Name = fact?.Name ?? Unnamed,
        Value = fact?.Value is { } value && double.IsFinite(value) ? value : null,
    };

    private static ObservatoryAlertList Checked(ObservatoryAlertList list)
    {
        var alerts = Copy(list?.Alerts, MaxAlerts);
        return alerts.All(one => one is { Name: not null, Severity: not null, State: not null, Summary: not null, Labels: not null })
            ? list! with { Alerts = alerts, Source = list.Source ?? "", IsCut = list.IsCut || list.Alerts.Count > alerts.Length }
            : throw Incomplete("An alert has no name, severity, state, summary or labels.");
    }

    private static T[] Copy<T>(IReadOnlyList<T>? list, int most) => list is null ? throw Incomplete("The list is null.") : [.. list.Take(most)];

    private static InvalidOperationException Incomplete(string problem) => new(problem);
}

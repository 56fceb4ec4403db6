namespace Choir.Observatory;

/// <summary>Where the pages ask queries in PromQL, such as Prometheus.</summary>
public interface IObservatoryMetrics
{
    /// <summary>The values of an expression now.</summary>
    /// <param name="expression">The expression.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The values, or why there are none.</returns>
    Task<MetricsAnswer> QueryAsync(string expression, CancellationToken cancellationToken);

    /// <summary>The values of an expression over a time.</summary>
    /// <param name="expression">The expression.</param>
    /// <param name="from">The time of the first values.</param>
    /// <param name="to">The time of the last values.</param>
    /// <param name="step">The time between two values.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The values, or why there are none.</returns>
    Task<MetricsAnswer> QueryAsync(string expression, DateTimeOffset from, DateTimeOffset to, TimeSpan step, CancellationToken cancellationToken);
}

/// <summary>The answer to a query.</summary>
/// <param name="Series">The series; empty if nothing has a value.</param>
/// <param name="Problem">Why there is no answer, in a sentence; null if there is one.</param>
public sealed record MetricsAnswer(IReadOnlyList<MetricsSeries> Series, string? Problem = null)
{
    /// <summary>How many further series were left out because they could not be read, such as native histograms.</summary>
    public int Unreadable { get; init; }
}

/// <summary>The values of one series.</summary>
/// <param name="Labels">Its labels, without its name; empty for a single number.</param>
/// <param name="Points">Its values, the oldest first: one for a query of the present.</param>
public sealed record MetricsSeries(IReadOnlyDictionary<string, string> Labels, IReadOnlyList<MetricsPoint> Points);

/// <summary>A value at a time.</summary>
/// <param name="At">The time.</param>
/// <param name="Value">The value; it may be infinite or not a number.</param>
public readonly record struct MetricsPoint(DateTimeOffset At, double Value);

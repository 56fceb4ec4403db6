using System.Diagnostics;
using System.Diagnostics.Metrics;
using Choir.Actors;

namespace Choir.Storage.Telemetry;

/// <summary>How long every command to Postgres takes, Orleans' own included, and how often a connection fails.</summary>
/// <remarks>
/// Npgsql has a histogram of its own, without the kind of statement; this one stands in for it. It starts a span for each
/// command if anybody listens, so this listens: always, whether traces are sampled or not, and to no more than the span's
/// name and its time. A connection that breaks under a command is counted when the next one cannot be made: Npgsql ends
/// the command's span as if all were well.
/// </remarks>
public sealed class DatabaseMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Choir.Database";

    // The names of Npgsql's activity source and meter, and what it calls waiting in vain for a pool's connection.
    private const string Npgsql = "Npgsql";
    private const string PoolTimeouts = "db.client.connection.npgsql.timeouts";
    private const string ConnectSpan = "CONNECT ";

    private readonly Histogram<double> _queryTime;
    private readonly ActivityListener _spans;
    private readonly MeterListener _pool = new();
    private long _connectionErrors;

    /// <summary>Makes the instruments and begins to listen.</summary>
    /// <param name="meters">Makes the meter.</param>
    public DatabaseMetrics(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        Meter = meters.Create(MeterName);
        _queryTime = Meter.CreateSecondsHistogram(
            "database.query.time", "From sending a statement to having read its answer.");
        Meter.CreateObservableCounter(
            "database.connection.errors", () => Interlocked.Read(ref _connectionErrors), "{error}",
            "Connections that could not be made, or not be had from the pool in time.");

        _spans = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == Npgsql,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.PropagationData,
            ActivityStopped = OnStopped,
        };
        ActivitySource.AddActivityListener(_spans);
        _pool.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == Npgsql && instrument.Name == PoolTimeouts)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _pool.SetMeasurementEventCallback<int>(
            (_, count, _, _) => Interlocked.Add(ref _connectionErrors, count));
        _pool.Start();
    }

    /// <summary>For what else is measured of the database.</summary>
    internal Meter Meter { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        _spans.Dispose();
        _pool.Dispose();
    }

    private void OnStopped(Activity span)
    {
        if (!span.OperationName.StartsWith(ConnectSpan, StringComparison.Ordinal))
        {
            _queryTime.Record(
                span.Duration.TotalSeconds, new KeyValuePair<string, object?>("query.type", TypeOf(span.OperationName)));
        }
        else if (span.Status == ActivityStatusCode.Error)
        {
            Interlocked.Increment(ref _connectionErrors);
        }
    }

    // A data source that does not name its spans, and what is no command, such as a copy.
    private static string TypeOf(string span) => span is QueryTypes.Select or QueryTypes.Insert or QueryTypes.Update or QueryTypes.Delete
        ? span
        : QueryTypes.Other;
}

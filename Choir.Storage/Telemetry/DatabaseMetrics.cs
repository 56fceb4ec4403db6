using System.Diagnostics;
using System.Diagnostics.Metrics;
using Choir.Actors;
using Choir.Actors.Inspection;

namespace Choir.Storage.Telemetry;

/// <summary>The duration of every command to Postgres, including those of Orleans, and failed connections.</summary>
/// <remarks>
/// Replaces Npgsql's own histogram, which has no statement type. Npgsql starts a span for each command if there is a
/// listener. This class listens always, independent of sampling, and uses only the span's name and duration. A connection
/// that breaks during a command is counted when the next connection fails: Npgsql ends the command's span without an error.
/// </remarks>
public sealed class DatabaseMetrics : IDependencyFigures, IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Choir.Database";

    /// <summary>What <see cref="Read"/> calls the database.</summary>
    public const string Dependency = "database";

    private const string Connect = "connect";

    // The name of Npgsql's activity source and meter, and its counter of timeouts while waiting for a pooled connection.
    private const string Npgsql = "Npgsql";
    private const string PoolTimeouts = "db.client.connection.npgsql.timeouts";
    private const string ConnectSpan = "CONNECT ";

    private readonly Histogram<double> _queryTime;
    private readonly ActivityListener _spans;
    private readonly MeterListener _pool = new();
    private readonly PoolFigures _pools = new();
    private readonly DependencyCalls _calls;
    private long _connectionErrors;

    /// <summary>Creates the instruments and starts to listen.</summary>
    /// <param name="meters">Creates the meter.</param>
    /// <param name="time">The clock; the system's by default.</param>
    public DatabaseMetrics(IMeterFactory meters, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(meters);
        _calls = new DependencyCalls(Dependency, time ?? TimeProvider.System);
        Meter = meters.Create(MeterName);
        _queryTime = Meter.CreateSecondsHistogram(
            "database.query.time", "Time from sending a statement to reading its result.");
        Meter.CreateObservableCounter(
            "database.connection.errors", () => Interlocked.Read(ref _connectionErrors), "{error}",
            "Connections that could not be opened, or not be taken from the pool in time.");

        _spans = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == Npgsql,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.PropagationData,
            ActivityStarted = OnStarted,
            ActivityStopped = OnStopped,
        };
        ActivitySource.AddActivityListener(_spans);
        _pool.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == Npgsql && (instrument.Name == PoolTimeouts || PoolFigures.Reads(instrument.Name)))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _pool.SetMeasurementEventCallback<int>((instrument, count, tags, _) =>
        {
            if (instrument.Name == PoolTimeouts)
            {
                Interlocked.Add(ref _connectionErrors, count);
            }
            else
            {
                _pools.Measured(instrument.Name, count, tags);
            }
        });
        _pool.Start();
    }

    /// <summary>Also used for the instruments of <see cref="StorageSizes"/>.</summary>
    internal Meter Meter { get; }

    /// <summary>The statements by their type, new connections, and the pools of connections.</summary>
    public IReadOnlyList<DependencyFigures> Read()
    {
        _pool.RecordObservableInstruments();
        return [.. _calls.Read(), .. _pools.Read(Dependency)];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _spans.Dispose();
        _pool.Dispose();
    }

    private void OnStarted(Activity span) => CallsOf(span).Started();

    private void OnStopped(Activity span)
    {
        CallsOf(span).Ended(span.Duration, span.Status == ActivityStatusCode.Error);
        if (!IsConnect(span))
        {
            _queryTime.Record(
                span.Duration.TotalSeconds, new KeyValuePair<string, object?>("query.type", TypeOf(span.OperationName)));
        }
        else if (span.Status == ActivityStatusCode.Error)
        {
            Interlocked.Increment(ref _connectionErrors);
        }
    }

    private static bool IsConnect(Activity span) => span.OperationName.StartsWith(ConnectSpan, StringComparison.Ordinal);

    private DependencyOperation CallsOf(Activity span) => _calls.Operation(IsConnect(span) ? Connect : TypeOf(span.OperationName));

    // Other: spans that are not commands (COPY), or of a data source that does not set span names.
    private static string TypeOf(string span) => span is QueryTypes.Select or QueryTypes.Insert or QueryTypes.Update or QueryTypes.Delete
        ? span
        : QueryTypes.Other;
}

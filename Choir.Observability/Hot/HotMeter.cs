using System.Diagnostics.Metrics;

namespace Choir.Observability;

/// <summary>
/// The gauges of the hottest actors: the only instruments with ids, ten per indicator and host. An actor that is no longer hot
/// is no longer exported.
/// </summary>
/// <remarks>
/// OpenTelemetry folds an instrument into one overflow series after 2,000 attribute sets. Its SDK (1.20) reclaims unused
/// series for delta temporality only, and Prometheus needs cumulative; they are freed only with the meter. So these gauges have
/// a meter that is replaced before the limit. It is created with <c>new</c>, because a meter of <see cref="IMeterFactory"/>
/// cannot be disposed.
/// </remarks>
internal sealed class HotMeter(ActorTelemetry telemetry, IMeterFactory meters, TimeProvider time) : IDisposable
{
    /// <summary>The number of actors per indicator.</summary>
    public const int Count = 10;

    private const int MaxIds = 900;

    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly HashSet<(string Type, string Id)> _seen = [];
    private Dictionary<HotIndicator, List<HotActor>> _top = [];
    private long _measuredAt;
    private Meter? _meter;

    public void Start() => _meter = Create();

    /// <summary>Replaces the meter if it has exported many ids.</summary>
    public void Tick()
    {
        lock (_gate)
        {
            if (_seen.Count <= MaxIds)
            {
                return;
            }

            _seen.Clear();
        }

        Drop();
        _meter = Create();
    }

    /// <summary>The hottest actors of the host, highest value first. Cached for a second.</summary>
    public List<HotActor> Top(HotIndicator indicator)
    {
        lock (_gate)
        {
            if (_measuredAt == 0 || time.GetElapsedTime(_measuredAt) > MaxAge)
            {
                _measuredAt = time.GetTimestamp();
                _top = Enum.GetValues<HotIndicator>().ToDictionary(one => one, Measure);
            }

            var top = _top[indicator];
            foreach (var actor in top)
            {
                _seen.Add((actor.Type, actor.Id));
            }

            return top;
        }
    }

    /// <summary>Drops the cached values.</summary>
    internal void Invalidate() => _measuredAt = 0;

    /// <inheritdoc/>
    public void Dispose() => Drop();

    private void Drop()
    {
        if (_meter is { } meter)
        {
            BulkRecording.Remove(meter);
            meter.Dispose();
        }
    }

    // Where calls interleave, the times of all that run at once add up: no share of a minute, and no sign that the grain is at its limit.
    private List<HotActor> Measure(HotIndicator indicator) =>
    [
        .. telemetry.Types.Where(type => indicator != HotIndicator.Busy || type.IsSequential)
            .SelectMany(type => type.Hot.Top(indicator).Take(Count))
            .OrderByDescending(actor => actor.Value(indicator))
            .Take(Count),
    ];

    private Meter Create()
    {
        // With the factory as its scope, it is recognized as a meter of this host where a process has several.
        var meter = new Meter(new MeterOptions(TelemetryNames.Meter) { Scope = meters });
        var minute = HotActors.WindowLength.TotalSeconds;
        BulkRecording.Add([
            Gauge("messages_per_second", null, "Messages per second of the actors that handle most, over the last minute.", HotIndicator.Messages, actor => actor.Messages / minute),
            Gauge("errors_per_second", null, "Failed messages per second of the actors that fail most, over the last minute.", HotIndicator.Errors, actor => actor.Errors / minute),
            Gauge("busy", null, "Share of the last minute that the busiest actors spent in their handlers, 0 to 1; only of those that handle one message at a time.", HotIndicator.Busy, actor => Math.Min(1, actor.BusySeconds / minute)),
            Gauge("processing_time", "s", "Mean time in the handler of the slowest actors, over the last minute.", HotIndicator.ProcessingTime, actor => actor.MeanProcessingSeconds),
            Gauge("queue_length", "{message}", "Queue length of the actors with the longest queues.", HotIndicator.QueueLength, actor => actor.QueueLength),
            Gauge("state_size", "By", "State size of the actors with the largest states.", HotIndicator.StateSize, actor => actor.StateSize),
        ]);
        return meter;

        Instrument Gauge(string name, string? unit, string description, HotIndicator indicator, Func<HotActor, double> value) =>
            meter.CreateObservableGauge(
                $"actor.hot.{name}",
                () => Top(indicator).ConvertAll(actor => new Measurement<double>(
                    value(actor), new(TelemetryNames.ActorType, actor.Type), new(TelemetryNames.ActorId, actor.Id))),
                unit,
                description);
    }
}

using System.Diagnostics.Metrics;

namespace Choir.Actors.Telemetry;

/// <summary>
/// The gauges of the hottest actors: the only ones that carry ids, ten an indicator and host. Ids leave when they cool.
/// </summary>
/// <remarks>
/// OpenTelemetry folds an instrument into one series after 2,000 sets of attributes in the life of its meter. So this meter
/// is its own, and is replaced long before. It has to be made with <c>new</c>: one from the factory lives as long as that.
/// </remarks>
internal sealed class HotMeter(ActorTelemetry telemetry, TimeProvider time) : IDisposable
{
    /// <summary>How many actors an indicator shows.</summary>
    public const int Count = 10;

    private const int MaxIds = 900;

    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly HashSet<(string Type, string Id)> _seen = [];
    private Dictionary<HotIndicator, List<HotActor>> _top = [];
    private long _measuredAt;
    private Meter? _meter;

    /// <summary>Begins to offer the gauges.</summary>
    public void Start() => _meter = Create();

    /// <summary>Replaces the meter if it has shown many ids. Not while somebody collects.</summary>
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

        _meter?.Dispose();
        _meter = Create();
    }

    /// <summary>The hottest of the host by an indicator, highest first.</summary>
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

    /// <summary>Measures anew when it is next asked.</summary>
    internal void Forget() => _measuredAt = 0;

    /// <inheritdoc/>
    public void Dispose() => _meter?.Dispose();

    private List<HotActor> Measure(HotIndicator indicator) =>
    [
        .. telemetry.Types.SelectMany(type => type.Hot.Top(indicator).Take(Count))
            .OrderByDescending(actor => actor.Value(indicator))
            .Take(Count),
    ];

    private Meter Create()
    {
        var meter = new Meter(TelemetryNames.Meter);
        var minute = HotActors.WindowLength.TotalSeconds;
        Gauge("messages_per_second", null, "Messages a second of the actors that handle most, over a minute.", HotIndicator.Messages, actor => actor.Messages / minute);
        Gauge("errors_per_second", null, "Failed messages a second of the actors that fail most, over a minute.", HotIndicator.Errors, actor => actor.Errors / minute);
        Gauge("busy", null, "Share of the last minute that the busiest actors spent in their handlers, 0 to 1.", HotIndicator.Busy, actor => actor.BusySeconds / minute);
        Gauge("processing_time", "s", "Mean time in the handler of the slowest actors, over a minute.", HotIndicator.ProcessingTime, actor => actor.MeanProcessingSeconds);
        Gauge("queue_length", "{message}", "Messages that wait at the actors with the longest lines.", HotIndicator.QueueLength, actor => actor.QueueLength);
        Gauge("state_size", "By", "Size of the largest states.", HotIndicator.StateSize, actor => actor.StateSize);
        return meter;

        void Gauge(string name, string? unit, string description, HotIndicator indicator, Func<HotActor, double> value) =>
            meter.CreateObservableGauge(
                $"actor.hot.{name}",
                () => Top(indicator).ConvertAll(actor => new Measurement<double>(
                    value(actor), new(TelemetryNames.ActorType, actor.Type), new(TelemetryNames.ActorId, actor.Id))),
                unit,
                description);
    }
}

using Choir.LoadTest.Observing.Metrics;
using Choir.LoadTest.Reports.Model;

namespace Choir.LoadTest.Observing;

/// <summary>The values of one process over time.</summary>
internal sealed class ProcessSeries
{
    private readonly Dictionary<string, SeriesRecorder> _recorders = new(StringComparer.Ordinal);
    private (double At, double Cpu, double GcPause)? _last;

    /// <summary>The mean number of cores used since the previous reading; null if unknown.</summary>
    public double? Cores { get; private set; }

    /// <summary>Adds the latest reading.</summary>
    public void Add(ProcessReadings readings)
    {
        var (at, cpu, pause) = (readings.LastAt, readings.Increase(WantedMetrics.CpuTime), readings.Increase(WantedMetrics.GcPause));
        if (_last is { } last && at > last.At)
        {
            var seconds = at - last.At;
            Cores = readings.Latest(WantedMetrics.CpuTime) is null ? null : Math.Max(0, cpu - last.Cpu) / seconds;
            Record("cpu", at, Cores);
            Record("gc", at, readings.Latest(WantedMetrics.GcPause) is null ? null : Math.Clamp((pause - last.GcPause) / seconds, 0, 1));
        }

        _last = (at, cpu, pause);
        Record("memory", at, readings.Latest(WantedMetrics.WorkingSet));
        Record("heap", at, readings.Latest(WantedMetrics.HeapSize));
        Record("threads", at, readings.Latest(WantedMetrics.Threads));
        Record("pool_queue", at, readings.Latest(WantedMetrics.PoolQueue));
        Record("handles", at, readings.Latest(WantedMetrics.Handles));
        Record("queue", at, readings.Latest(WantedMetrics.QueueLength));
        Record("busiest_actor", at, readings.LatestSeries(WantedMetrics.HotBusy).Select(series => (double?)series.Value).Max());
        Record("connections", at, PoolUse(readings));
        Record("connection_waits", at, readings.Latest(WantedMetrics.ConnectionWaits));
    }

    /// <summary>The points by name, without series that have none.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<SeriesPoint>> ToSeries() =>
        _recorders.ToDictionary(one => one.Key, one => one.Value.Points, StringComparer.Ordinal);

    private static double? PoolUse(ProcessReadings readings) =>
        readings.Latest(WantedMetrics.MaxConnections) is > 0 and var most
            ? readings.LatestSeries(WantedMetrics.Connections).Where(series => series.Labels.Key == "used").Sum(series => series.Value) / most
            : null;

    private void Record(string name, double at, double? value)
    {
        if (value is null)
        {
            return;
        }

        if (!_recorders.TryGetValue(name, out var recorder))
        {
            _recorders[name] = recorder = new SeriesRecorder();
        }

        recorder.Add(at, value);
    }
}

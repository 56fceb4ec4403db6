using Choir.LoadTest.Observing.Metrics;
using Choir.LoadTest.Reports.Model;

namespace Choir.LoadTest.Observing;

/// <summary>The values of one machine over time. Each of its processes reports the same, so the maximum counts.</summary>
/// <param name="host">The machine.</param>
internal sealed class MachineSeries(string host)
{
    private readonly SeriesRecorder _cpu = new(), _memory = new(), _database = new();
    private (double Sum, int Count) _cpuMean, _memoryMean;
    private double _cores, _databaseBytes;

    /// <summary>The use of all processors in the latest reading, in percent; null if unknown.</summary>
    public double? CpuPercent { get; private set; }

    /// <summary>Adds the latest readings of its processes.</summary>
    public void Add(double at, IReadOnlyList<ProcessReadings> processes)
    {
        CpuPercent = Max(processes, WantedMetrics.MachineCpu);
        var memory = Max(processes, WantedMetrics.MachineMemory);
        _cores = Math.Max(_cores, Max(processes, WantedMetrics.CpuCount) ?? 0);
        // At the begin the use of the time before is reported.
        if (at > 0)
        {
            _cpu.Add(at, CpuPercent);
            _cpuMean = Plus(_cpuMean, CpuPercent);
        }

        _memory.Add(at, memory);
        _memoryMean = Plus(_memoryMean, memory);

        // The processes read the sizes at different times: the latest of each table is the largest, unless rows were removed.
        var tables = processes.SelectMany(process => process.LatestSeries(WantedMetrics.DatabaseSize))
            .GroupBy(series => series.Labels.Key, StringComparer.Ordinal)
            .Select(table => table.Max(series => series.Value))
            .ToList();
        if (tables.Count > 0)
        {
            _databaseBytes = tables.Sum();
            _database.Add(at, _databaseBytes);
        }
    }

    /// <summary>The figures.</summary>
    public MachineFigures ToFigures() => new(
        host,
        (int)Math.Clamp(_cores, 0, 100_000),
        Mean(_cpuMean),
        Mean(_memoryMean),
        _databaseBytes,
        new Dictionary<string, IReadOnlyList<SeriesPoint>>(StringComparer.Ordinal)
        {
            ["cpu"] = _cpu.Points, ["memory"] = _memory.Points, ["database"] = _database.Points,
        });

    private static double? Max(IReadOnlyList<ProcessReadings> processes, string metric) =>
        processes.Select(process => process.Latest(metric)).Max();

    private static (double Sum, int Count) Plus((double Sum, int Count) mean, double? value) =>
        value is { } known ? (mean.Sum + known, mean.Count + 1) : mean;

    private static double Mean((double Sum, int Count) mean) => mean.Count == 0 ? 0 : mean.Sum / mean.Count;
}

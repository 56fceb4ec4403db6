namespace Choir.LoadTest.Engine;

/// <summary>The operations that ended in the last seconds, for the live progress. Not thread-safe.</summary>
internal sealed class RecentWindow
{
    public const int Seconds = 5;

    private readonly (long Second, LatencyHistogram Latency, long Errors)[] _slots = new (long, LatencyHistogram, long)[Seconds + 1];

    public void Succeed(double now, double latency) => Slot(now).Latency.Add(latency);

    public void Fail(double now) => Slot(now).Errors++;

    /// <summary>The figures of the last whole seconds.</summary>
    public RecentFigures Figures(double now)
    {
        var current = (long)Math.Floor(now);
        var sum = new LatencyHistogram(digits: 2);
        var errors = 0L;
        foreach (var slot in _slots)
        {
            if (slot.Latency is not null && slot.Second < current && slot.Second >= current - Seconds)
            {
                sum.Add(slot.Latency);
                errors += slot.Errors;
            }
        }

        return new RecentFigures(sum.Count / (double)Seconds, errors / (double)Seconds, sum.Percentile(50), sum.Percentile(95), sum.Percentile(99));
    }

    private ref (long Second, LatencyHistogram Latency, long Errors) Slot(double now)
    {
        var second = (long)Math.Floor(now);
        ref var slot = ref _slots[(int)(((second % _slots.Length) + _slots.Length) % _slots.Length)];
        if (slot.Latency is null || slot.Second != second)
        {
            slot = (second, new LatencyHistogram(digits: 2), 0);
        }

        return ref slot;
    }
}

/// <summary>Figures of the last seconds.</summary>
/// <param name="Rate">Successful operations per second.</param>
/// <param name="Errors">Failures per second.</param>
/// <param name="P50">The median latency; null if nothing succeeded.</param>
/// <param name="P95">The 95th percentile.</param>
/// <param name="P99">The 99th percentile.</param>
internal sealed record RecentFigures(double Rate, double Errors, double? P50, double? P95, double? P99);

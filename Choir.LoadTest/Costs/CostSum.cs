using Choir.LoadTest.Reports.Model;

namespace Choir.LoadTest.Costs;

/// <summary>The sum of costs while they are added up.</summary>
internal sealed class CostSum
{
    /// <summary>The turns that began.</summary>
    public long Turns { get; set; }

    /// <summary>CPU time.</summary>
    public double CpuSeconds { get; set; }

    /// <summary>Allocated bytes.</summary>
    public long AllocatedBytes { get; set; }

    /// <summary>The time of waits for locks.</summary>
    public double ContentionSeconds { get; set; }

    /// <summary>The number of waits for locks.</summary>
    public long Contentions { get; set; }

    /// <summary>CPU samples.</summary>
    public long Samples { get; set; }

    /// <summary>Adds another sum to this one.</summary>
    public void Add(CostSum other)
    {
        Turns += other.Turns;
        CpuSeconds += other.CpuSeconds;
        AllocatedBytes += other.AllocatedBytes;
        ContentionSeconds += other.ContentionSeconds;
        Contentions += other.Contentions;
        Samples += other.Samples;
    }

    /// <summary>The sum with its shares.</summary>
    /// <param name="cpuSeconds">The CPU time of everything.</param>
    /// <param name="allocatedBytes">The bytes of everything.</param>
    public TurnCost Of(double cpuSeconds, long allocatedBytes) => new(
        Turns,
        CpuSeconds,
        Share(CpuSeconds, cpuSeconds),
        AllocatedBytes,
        Share(AllocatedBytes, allocatedBytes),
        ContentionSeconds,
        Contentions,
        Samples);

    /// <summary>A part of a whole, 0 to 1; 0 of nothing.</summary>
    public static double Share(double part, double whole) => whole > 0 ? Math.Clamp(part / whole, 0, 1) : 0;
}

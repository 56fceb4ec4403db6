using Choir.LoadTest.Reports.Model;

namespace Choir.LoadTest.Analysis;

/// <summary>Finds how long latency and errors take after a spike until they are what they were before.</summary>
internal static class SpikeRecovery
{
    /// <summary>So much longer than before the 95th percentile may be: a few operations a second vary that much by themselves.</summary>
    public const double Tolerance = 1.5;

    /// <summary>A difference of latency that counts for nothing, in seconds.</summary>
    public const double NegligibleSeconds = 0.02;

    /// <summary>A difference of the share of errors that counts for nothing.</summary>
    public const double NegligibleErrors = 0.01;

    /// <summary>It has recovered when so many intervals in a row are as before.</summary>
    public const int CalmIntervals = 3;

    /// <summary>The time from the end of the spike to the first of the calm intervals.</summary>
    /// <param name="timeline">The results by time.</param>
    /// <param name="spikeBegin">The begin of the spike.</param>
    /// <param name="spikeEnd">The end of the spike.</param>
    /// <returns>The seconds; null if it has not recovered, or if nothing was measured before.</returns>
    public static double? Find(IReadOnlyList<TimelinePoint> timeline, double spikeBegin, double spikeEnd)
    {
        var before = timeline.Where(point => point.At <= spikeBegin && point.P95 is not null).ToList();
        if (before.Count == 0)
        {
            return null;
        }

        // The highest quarter is left out: the first intervals are often slower.
        var usual = before.Select(point => point.P95!.Value).Order().ElementAt((before.Count - 1) * 3 / 4);
        var latencyLimit = Math.Max(usual * Tolerance, usual + NegligibleSeconds);
        var errorLimit = ErrorShare(before) + NegligibleErrors;
        var after = timeline.Where(point => point.At - point.Seconds >= spikeEnd - (point.Seconds / 2) && (point.IntendedRate > 0 || point.Errors > 0)).ToList();
        for (var first = 0; first + CalmIntervals <= after.Count; first++)
        {
            var calm = after.Skip(first).Take(CalmIntervals).ToList();
            if (calm.All(point => point.P95 <= latencyLimit) && ErrorShare(calm) <= errorLimit)
            {
                return Math.Max(0, after[first].At - after[first].Seconds - spikeEnd);
            }
        }

        return null;
    }

    private static double ErrorShare(List<TimelinePoint> points)
    {
        var due = points.Sum(point => point.IntendedRate * point.Seconds);
        return due > 0 ? points.Sum(point => point.Errors) / due : 0;
    }
}

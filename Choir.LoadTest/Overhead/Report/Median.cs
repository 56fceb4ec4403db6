namespace Choir.LoadTest.Overhead.Report;

internal static class Median
{
    /// <summary>The median: the middle figure, or the mean of the two in the middle.</summary>
    /// <exception cref="ArgumentException">There are no figures.</exception>
    public static double Of(IEnumerable<double> figures)
    {
        double[] sorted = [.. figures.Order()];
        if (sorted.Length == 0)
        {
            throw new ArgumentException("The median of no figures is undefined.", nameof(figures));
        }

        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}

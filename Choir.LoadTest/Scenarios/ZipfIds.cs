namespace Choir.LoadTest.Scenarios;

/// <summary>Numbers from 0 whose frequency falls with a power of their rank (Zipf's law): the first is the most frequent.</summary>
internal sealed class ZipfIds
{
    private readonly double[] _sums;

    /// <param name="count">How many numbers there are.</param>
    /// <param name="exponent">The power; 0 makes all equally frequent.</param>
    public ZipfIds(int count, double exponent)
    {
        _sums = new double[count];
        var sum = 0.0;
        for (var rank = 0; rank < count; rank++)
        {
            _sums[rank] = sum += Math.Pow(rank + 1, -exponent);
        }
    }

    /// <param name="sample">A random value from 0 to less than 1.</param>
    public int At(double sample)
    {
        var found = Array.BinarySearch(_sums, sample * _sums[^1]);
        return Math.Min(found >= 0 ? found + 1 : ~found, _sums.Length - 1);
    }
}

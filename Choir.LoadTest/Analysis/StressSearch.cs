namespace Choir.LoadTest.Analysis;

/// <summary>
/// Looks for the highest rate that meets the objectives: through rising steps until two in a row miss them, and then by bisection
/// between the highest rate that met them and the lowest higher one that missed them.
/// </summary>
/// <param name="steps">The rising rates.</param>
/// <param name="refinements">How many steps of bisection follow.</param>
internal sealed class StressSearch(IReadOnlyList<double> steps, int refinements)
{
    /// <summary>Bisection ends when both ends are so close.</summary>
    public const double Precision = 0.03;

    private const int MissesToEnd = 2;

    private int _misses;
    private double? _lowestMissed;

    /// <summary>The number of rising steps that were measured.</summary>
    public int Risen { get; private set; }

    /// <summary>The number of steps of bisection that were measured.</summary>
    public int Refined { get; private set; }

    /// <summary>The highest rate that met the objectives; null if none did.</summary>
    public double? Knee { get; private set; }

    /// <summary>Whether a rate has missed the objectives, so that the knee is more than the last step's rate.</summary>
    public bool FoundLimit => _lowestMissed is not null;

    /// <summary>Whether the rate of <see cref="Next"/> is one of the rising steps, not of the bisection.</summary>
    public bool IsRising => Risen < steps.Count && _misses < MissesToEnd;

    /// <summary>The rate to be measured next; null if it has ended.</summary>
    public double? Next()
    {
        if (IsRising)
        {
            return steps[Risen];
        }

        // Below the first step there may be a rate too, but a search down to nothing would take too long.
        var low = Knee ?? 0;
        return Refined < refinements && _lowestMissed is { } high && high - low > high * Precision ? (low + high) / 2 : null;
    }

    /// <summary>Whether the rate of <see cref="Next"/> met the objectives.</summary>
    public void Measured(double rate, bool met)
    {
        if (IsRising)
        {
            Risen++;
            _misses = met ? 0 : _misses + 1;
        }
        else
        {
            Refined++;
        }

        if (met)
        {
            Knee = Math.Max(Knee ?? 0, rate);

            // A single miss below a rate that met them was noise.
            _lowestMissed = _lowestMissed > rate ? _lowestMissed : null;
        }
        else if (Knee is null || rate > Knee)
        {
            _lowestMissed = Math.Min(_lowestMissed ?? rate, rate);
        }
    }
}

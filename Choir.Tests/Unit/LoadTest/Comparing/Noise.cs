using Choir.LoadTest.Reports.Model;
using MathNet.Numerics.Distributions;

namespace Choir.Tests.Unit.LoadTest.Comparing;

/// <summary>How the noise of a figure is distributed.</summary>
public enum NoiseKind
{
    /// <summary>Normal.</summary>
    Normal,

    /// <summary>Student's t with 5 degrees of freedom: now and then a run is far off.</summary>
    HeavyTailed,

    /// <summary>Runs resemble the one before them, with a correlation of 0.5.</summary>
    Autocorrelated,

    /// <summary>Both of the above.</summary>
    HeavyTailedAndAutocorrelated,
}

/// <summary>Makes figures of runs whose logarithms have noise with a standard deviation of 1 unit of size.</summary>
internal sealed class Noise(NoiseKind kind, Random random)
{
    private const double Correlation = 0.5;
    private double _last = double.NaN;

    private bool HeavyTailed => kind is NoiseKind.HeavyTailed or NoiseKind.HeavyTailedAndAutocorrelated;

    private bool Autocorrelated => kind is NoiseKind.Autocorrelated or NoiseKind.HeavyTailedAndAutocorrelated;

    /// <summary>The noise of the next run.</summary>
    public double Next()
    {
        // The t distribution with 5 degrees of freedom has a variance of 5/3.
        var fresh = HeavyTailed ? StudentT.Sample(random, 0, 1, 5) / Math.Sqrt(5.0 / 3) : Normal.Sample(random, 0, 1);
        _last = double.IsNaN(_last) || !Autocorrelated ? fresh : (Correlation * _last) + (Math.Sqrt(1 - (Correlation * Correlation)) * fresh);
        return _last;
    }

    /// <summary>A machine that was not used for a while.</summary>
    public void Restart() => _last = double.NaN;

    /// <summary>A run's figure with 20 parts that resemble their neighbours, and noise from run to run beside it.</summary>
    /// <param name="within">The deviation of the parts.</param>
    /// <param name="correlation">The correlation of neighbouring parts.</param>
    /// <param name="between">The deviation from run to run.</param>
    /// <param name="change">The change of the logarithm.</param>
    public Figure Run(double within, double correlation, double between, double change = 0)
    {
        var level = (between * Next()) + change;
        var blocks = new double[20];
        var last = Normal.Sample(random, 0, 1);
        for (var index = 0; index < blocks.Length; index++)
        {
            last = (correlation * last) + (Math.Sqrt(1 - (correlation * correlation)) * Normal.Sample(random, 0, 1));
            blocks[index] = Math.Exp(level + (within * last));
        }

        return new Figure("p99", "s", HigherIsBetter: false, Math.Exp(blocks.Average(Math.Log)), blocks);
    }
}

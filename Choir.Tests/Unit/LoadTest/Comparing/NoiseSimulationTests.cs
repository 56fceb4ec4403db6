using Choir.LoadTest.Comparing;
using Choir.LoadTest.Reports.Model;
using MathNet.Numerics.Distributions;

namespace Choir.Tests.Unit.LoadTest.Comparing;

/// <summary>Simulations with a fixed seed: how often the same program is called changed, and how often a change is found.</summary>
public class NoiseSimulationTests
{
    private const int Pairs = 10_000;

    // Of a part of a run.
    private const int Operations = 50;

    // One of 100, and three standard errors of the simulation itself.
    private const double MaxShare = 0.01 + 0.003;

    [Theory]
    [InlineData(NoiseKind.Normal, 5)]
    [InlineData(NoiseKind.Normal, 10)]
    [InlineData(NoiseKind.Normal, 20)]
    [InlineData(NoiseKind.HeavyTailed, 5)]
    [InlineData(NoiseKind.HeavyTailed, 10)]
    [InlineData(NoiseKind.HeavyTailed, 20)]
    [InlineData(NoiseKind.Autocorrelated, 5)]
    [InlineData(NoiseKind.Autocorrelated, 10)]
    [InlineData(NoiseKind.HeavyTailedAndAutocorrelated, 5)]
    [InlineData(NoiseKind.HeavyTailedAndAutocorrelated, 10)]
    public void With_a_calibration_at_most_1_of_100_figures_of_the_same_program_is_called_changed(NoiseKind kind, int runs) =>
        Assert.InRange(ShareCalledChanged(kind, runs, change: 0), 0, MaxShare);

    [Theory]
    [InlineData(5, 12, 0.85)]
    [InlineData(10, 5, 0.55)]
    [InlineData(10, 7, 0.9)]
    [InlineData(20, 3, 0.2)]
    [InlineData(20, 4, 0.5)]
    [InlineData(20, 6, 0.95)]
    public void The_more_runs_a_calibration_has_the_smaller_the_changes_that_are_found(int runs, double sigmas, double share) =>
        Assert.InRange(ShareCalledChanged(NoiseKind.Normal, runs, sigmas * Math.Sqrt(2)), share, 1);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.7, 0)]
    [InlineData(0.7, 0.25)]
    [InlineData(0, 0.45)]
    public void Without_a_calibration_at_most_1_of_100_figures_of_the_same_program_is_called_changed(double correlation, double between)
    {
        var noise = new Noise(NoiseKind.Normal, new Random(42));

        var changed = Enumerable.Range(0, Pairs).Count(_ => IsChanged(FigureVerdict.Of(
            noise.Run(0.3, correlation, between * 0.3), noise.Run(0.3, correlation, between * 0.3), null, 0, null)));

        Assert.InRange(changed / (double)Pairs, 0, MaxShare);
    }

    [Fact]
    public void Without_a_calibration_a_large_change_is_found()
    {
        var noise = new Noise(NoiseKind.Normal, new Random(43));

        var found = Enumerable.Range(0, 1_000).Count(_ => FigureVerdict.Of(
            noise.Run(0.05, 0.3, 0.01), noise.Run(0.05, 0.3, 0.01, Math.Log(2)), null, 0, null).Change == Change.Worse);

        Assert.InRange(found, 950, 1_000);
    }

    [Theory]
    [InlineData(0.01, 0, 0, 0)]
    [InlineData(0.3, 0, 0, 0.2)]
    [InlineData(0.05, 0, 0, 0.2)]
    [InlineData(0.05, 0.5, 0, 0)]
    [InlineData(0.05, 0.5, 0.7, 0.2)]
    [InlineData(0.05, 1, 0.7, 0)]
    public void Without_a_calibration_at_most_1_of_100_error_shares_of_the_same_program_is_called_changed(double share, double bursts, double correlation, double between)
    {
        var random = new Random(44);

        var changed = Enumerable.Range(0, Pairs).Count(_ => IsChanged(FigureVerdict.Of(
            ErrorShares(random, share, bursts, correlation, between), ErrorShares(random, share, bursts, correlation, between), null, 0, (20 * Operations, 20 * Operations))));

        Assert.InRange(changed / (double)Pairs, 0, MaxShare);
    }

    // The logarithm of a part's share deviates by the size of the bursts, and resembles that of its neighbour. The share itself deviates from run to run by a part.
    private static Figure ErrorShares(Random random, double share, double bursts, double correlation, double between)
    {
        share *= 1 + (between * Normal.Sample(random, 0, 1));
        var parts = new double[20];
        var last = Normal.Sample(random, 0, 1);
        for (var part = 0; part < parts.Length; part++)
        {
            last = (correlation * last) + (Math.Sqrt(1 - (correlation * correlation)) * Normal.Sample(random, 0, 1));
            parts[part] = Binomial.Sample(random, Math.Clamp(share * Math.Exp(bursts * last), 0, 1), Operations) / (double)Operations;
        }

        return new Figure("errors.share", "1", HigherIsBetter: false, parts.Average(), parts);
    }

    // Each pair has a calibration of its own: its luck is a part of the probability.
    private static double ShareCalledChanged(NoiseKind kind, int runs, double change)
    {
        const double deviation = 0.05;
        var noise = new Noise(kind, new Random(41));
        var changed = 0;
        for (var pair = 0; pair < Pairs; pair++)
        {
            noise.Restart();
            var template = Value(noise, 0);
            var calibrated = CalibratedFigure.Of(template, [.. Enumerable.Range(0, runs).Select(_ => Value(noise, 0).Value)]);
            noise.Restart();
            var before = Value(noise, 0);
            noise.Restart();
            var after = Value(noise, change);
            changed += IsChanged(FigureVerdict.Of(before, after, calibrated, runs, null)) ? 1 : 0;
        }

        return changed / (double)Pairs;

        static Figure Value(Noise noise, double change) =>
            new("p99", "s", HigherIsBetter: false, Math.Exp(deviation * (noise.Next() + change)), []);
    }

    private static bool IsChanged(FigureComparison figure) => figure.Change is Change.Better or Change.Worse;
}

using Choir.LoadTest.Analysis;

namespace Choir.Tests.Unit.LoadTest.Analysis;

public class ScalabilityFitTests
{
    [Theory]
    [InlineData(1_000, 0, 0)]
    [InlineData(1_000, 0.05, 0)]
    [InlineData(1_000, 0, 0.001)]
    [InlineData(50, 0.03, 0.002)]
    [InlineData(2, 0.6, 0.1)]
    public void A_known_curve_is_found_again(double lambda, double contention, double coherency)
    {
        var model = ScalabilityFit.Fit(Curve(lambda, contention, coherency, 1, 2, 4, 8, 12, 16))!;
        Assert.Equal(lambda, model.Lambda, lambda * 1e-6);
        Assert.Equal(contention, model.Contention, 1e-6);
        Assert.Equal(coherency, model.Coherency, 1e-6);
        Assert.Equal(1, model.RSquared!.Value, 1e-9);
        Assert.InRange(model.RelativeError, 0, 1e-6);
    }

    [Fact]
    public void With_noise_the_curve_is_found_nearly_and_the_error_is_that_of_the_noise()
    {
        var random = new Random(3);
        var points = Curve(500, 0.05, 0.004, [.. Enumerable.Range(1, 16)])
            .Select(point => (point.Hosts, point.Rate * (1 + (0.02 * ((2 * random.NextDouble()) - 1))))).ToList();
        var model = ScalabilityFit.Fit(points)!;
        Assert.Equal(500, model.Lambda, 25d);
        Assert.Equal(0.05, model.Contention, 0.03);
        Assert.Equal(0.004, model.Coherency, 0.002);
        Assert.InRange(model.RelativeError, 0.004, 0.02);
        Assert.InRange(model.RSquared!.Value, 0.9, 1);
        Assert.Equal(0, model.Residuals.Average(), 5d);
    }

    [Fact]
    public void No_small_change_of_the_parameters_has_a_smaller_error()
    {
        (double Hosts, double Rate)[] points = [(1, 100), (2, 210), (3, 240), (4, 300), (6, 260)];
        var model = ScalabilityFit.Fit(points)!;
        double Error(double lambda, double contention, double coherency) =>
            points.Sum(point => Math.Pow(point.Rate - ScalabilityFit.Throughput(lambda, contention, coherency, point.Hosts), 2));
        var least = Error(model.Lambda, model.Contention, model.Coherency);
        foreach (var (a, b, c) in new (double, double, double)[] { (1.001, 0, 0), (0.999, 0, 0), (1, 0.001, 0), (1, 0, 0.001), (1, 0.001, -0.0001), (1.001, 0.001, 0), (1, 0, -0.001) })
        {
            if (model.Coherency + c >= 0)
            {
                Assert.True(Error(model.Lambda * a, model.Contention + b, model.Coherency + c) >= least);
            }
        }
    }

    [Fact]
    public void Better_than_linear_scaling_has_no_negative_parameters()
    {
        var model = ScalabilityFit.Fit([(1, 100), (2, 220), (3, 350), (4, 500)])!;
        Assert.Equal((0, 0), (model.Contention, model.Coherency));
        Assert.Null(model.PeakHosts);
        Assert.Null(model.PeakRate);
    }

    [Fact]
    public void The_peak_is_where_the_curve_turns()
    {
        var model = ScalabilityFit.Fit(Curve(100, 0.1, 0.01, 1, 2, 4, 8, 16))!;
        Assert.Equal(Math.Sqrt(0.9 / 0.01), model.PeakHosts!.Value, 1e-3);
        Assert.Equal(ScalabilityFit.Throughput(100, 0.1, 0.01, Math.Sqrt(90)), model.PeakRate!.Value, 1e-3);
        Assert.Null(model.Caveat);
    }

    [Fact]
    public void Without_the_cost_of_pairs_the_curve_approaches_a_limit()
    {
        var model = ScalabilityFit.Fit(Curve(100, 0.1, 0, 1, 2, 4, 8))!;
        Assert.Null(model.PeakHosts);
        Assert.Equal(1_000, model.PeakRate!.Value, 1e-2);
    }

    [Fact]
    public void Fewer_than_three_numbers_of_hosts_are_not_enough()
    {
        Assert.Null(ScalabilityFit.Fit([]));
        Assert.Null(ScalabilityFit.Fit([(1, 100), (2, 180), (2, 190), (1, 101)]));
        Assert.Null(ScalabilityFit.Fit([(1, 100), (2, 180), (3, 0), (4, double.NaN), (0, 5), (double.PositiveInfinity, 5)]));
    }

    [Fact]
    public void Three_numbers_of_hosts_say_nothing_about_the_error() =>
        Assert.Contains("measure four or more", ScalabilityFit.Fit(Curve(100, 0.1, 0.01, 1, 2, 3))!.Caveat!, StringComparison.Ordinal);

    [Fact]
    public void A_peak_beyond_what_was_measured_is_called_an_extrapolation() =>
        Assert.Contains("extrapolation", ScalabilityFit.Fit(Curve(100, 0.1, 0.001, 1, 2, 3, 4))!.Caveat!, StringComparison.Ordinal);

    [Fact]
    public void Throughput_without_a_pattern_is_said_to_be_badly_described() =>
        Assert.Contains("does not describe", ScalabilityFit.Fit([(1, 100), (2, 20), (3, 300), (4, 50)])!.Caveat!, StringComparison.Ordinal);

    [Fact]
    public void The_same_throughput_with_any_number_of_hosts_has_no_share_of_variance()
    {
        var model = ScalabilityFit.Fit([(1, 100), (2, 100), (3, 100), (4, 100)])!;
        Assert.Null(model.RSquared);
        Assert.Equal(1, model.Contention, 1e-6);
    }

    private static List<(double Hosts, double Rate)> Curve(double lambda, double contention, double coherency, params int[] hosts) =>
        [.. hosts.Select(count => ((double)count, ScalabilityFit.Throughput(lambda, contention, coherency, count)))];
}

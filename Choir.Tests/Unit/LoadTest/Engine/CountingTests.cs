using Choir.LoadTest.Engine;
using Choir.LoadTest.Scenarios;

namespace Choir.Tests.Unit.LoadTest.Engine;

public class CountingTests
{
    [Fact]
    public void Percentiles_are_exact_to_three_digits()
    {
        var latencies = new LatencyHistogram(digits: 3);
        for (var value = 1; value <= 10_000; value++)
        {
            latencies.Add(value / 1000.0);
        }

        var figures = latencies.Figures();
        Assert.Equal(5, figures.P50, 0.01);
        Assert.Equal(9.5, figures.P95, 0.02);
        Assert.Equal(9.99, figures.P999, 0.02);
        Assert.Equal(5.0005, figures.Mean, 1e-6);
        Assert.Equal(10, figures.Max);
        Assert.Equal(10_000, figures.Count);
    }

    [Fact]
    public void A_curve_ends_where_a_percentile_has_no_value_of_its_own()
    {
        var latencies = new LatencyHistogram(digits: 3);
        for (var value = 1; value <= 100; value++)
        {
            latencies.Add(value);
        }

        Assert.Equal([99.0, 100.0], latencies.Curve().TakeLast(2).Select(point => point[0]));
        Assert.Empty(new LatencyHistogram(digits: 3).Curve());
    }

    [Fact]
    public void Extreme_latencies_are_counted()
    {
        var latencies = new LatencyHistogram(digits: 2);
        latencies.Add(0);
        latencies.Add(1e9);
        Assert.Equal(2, latencies.Count);
        Assert.Null(new LatencyHistogram(digits: 2).Percentile(50));
    }

    [Fact]
    public void Kinds_of_errors_are_bounded_and_the_most_frequent_is_first()
    {
        var errors = new ErrorCounts();
        for (var kind = 0; kind < 1_000; kind++)
        {
            errors.Add($"kind {kind}", null);
        }

        errors.Add("kind 3", "the first example of kind 3");
        errors.Add("kind 3", "another");
        var list = errors.ToList();
        Assert.Equal(ErrorCounts.MaxKinds + 1, list.Count);
        Assert.Equal((ErrorCounts.Other, 1_000 - ErrorCounts.MaxKinds), (list[0].Kind, list[0].Count));
        Assert.Equal(("kind 3", 3L, "the first example of kind 3"), (list[1].Kind, list[1].Count, list[1].Example));
        Assert.Equal(1_002, errors.Total);
    }

    [Fact]
    public void An_example_is_one_short_line()
    {
        var errors = new ErrorCounts();
        errors.Add("a\nb", "x\u001b[31m\r\n" + new string('y', 10_000));
        var error = Assert.Single(errors.ToList());
        Assert.Equal("a b", error.Kind);
        Assert.StartsWith("x [31m  yyy", error.Example, StringComparison.Ordinal);
        Assert.InRange(error.Example!.Length, 1, 301);
    }

    [Fact]
    public void An_exception_is_counted_by_its_kind()
    {
        Assert.Equal("503 overloaded", ErrorCounts.KindOf(new OperationFailedException("503 overloaded", "")));
        Assert.Equal("connection_error", ErrorCounts.KindOf(new HttpRequestException(HttpRequestError.ConnectionError)));
        Assert.Equal("timeout", ErrorCounts.KindOf(new TimeoutException()));
        Assert.Equal("invalid_operation", ErrorCounts.KindOf(new InvalidOperationException()));
    }

    [Fact]
    public void A_generator_that_keeps_up_is_not_saturated()
    {
        var state = GeneratorCheck.Judge(startDelayP99: 0.002, cpuCores: 0.5, machineCores: 2, due: 10_000, notSent: 0, users: 100);
        Assert.False(state.Saturated);
        Assert.Null(state.Reason);
    }

    [Theory]
    [InlineData(100, "1 of 100 operations")]
    [InlineData(16, "1 of 15 operations")]
    [InlineData(1, "1 of 1 operations")]
    public void Of_a_short_run_a_late_operation_is_told_as_one_of_all(long due, string beginning)
    {
        var state = GeneratorCheck.Judge(startDelayP99: 0.05, cpuCores: 0.5, machineCores: 2, due, notSent: due == 16 ? 1 : 0, users: 100);
        Assert.StartsWith($"{beginning} started more than 50 ms late", state.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.05, 0.5, 0, "1 of 100 operations started more than 50 ms late although a user was free, so the machine was too busy.")]
    [InlineData(0.001, 1.9, 0, "The generator used 1.9 of 2 cores.")]
    [InlineData(0.001, 0.5, 2_000, "2,000 of 10,000 operations were not sent, because all 100 users were busy: the system is slower than the rate needs, or there are too few users.")]
    public void A_saturated_generator_says_why(double delay, double cores, long notSent, string reason)
    {
        var state = GeneratorCheck.Judge(delay, cores, machineCores: 2, due: 10_000, notSent, users: 100);
        Assert.True(state.Saturated);
        Assert.Equal(reason, state.Reason);
    }
}

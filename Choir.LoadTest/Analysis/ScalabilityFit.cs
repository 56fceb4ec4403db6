using Choir.LoadTest.Reports.Model;
using MathNet.Numerics.LinearRegression;

namespace Choir.LoadTest.Analysis;

/// <summary>
/// Fits the universal scalability law <c>C(N) = λN / (1 + α(N−1) + βN(N−1))</c> to measured throughputs by least squares, with
/// λ &gt; 0 and α, β ≥ 0.
/// </summary>
/// <remarks>
/// N / C(N) is linear in 1/λ, α/λ and β/λ. So each step is a linear fit whose weights make it a step of the fit of C(N) itself; the
/// constraints are kept by trying each combination of α and β that are zero.
/// See <see href="https://www.perfdynamics.com/Manifesto/USLscalability.html"/>.
/// </remarks>
public static class ScalabilityFit
{
    /// <summary>The fewest different numbers of hosts.</summary>
    public const int MinPoints = 3;

    // Most fits need fewer than ten; a step is a few microseconds.
    private const int Steps = 100;

    /// <summary>Fits the model.</summary>
    /// <param name="points">The throughput for each number of hosts; those that are no positive numbers are left out.</param>
    /// <returns>The model; null if there are fewer than <see cref="MinPoints"/> different numbers of hosts.</returns>
    public static ScalabilityModel? Fit(IReadOnlyList<(double Hosts, double Rate)> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        var usable = points
            .Where(point => double.IsFinite(point.Hosts) && double.IsFinite(point.Rate) && point is { Hosts: >= 1, Rate: > 0 })
            .ToArray();
        var sizes = usable.Select(point => point.Hosts).Distinct().Count();
        if (sizes < MinPoints)
        {
            return null;
        }

        var (lambda, contention, coherency) = Search(usable);
        var residuals = usable.Select(point => point.Rate - Throughput(lambda, contention, coherency, point.Hosts)).ToArray();
        var (peakHosts, peakRate) = Peak(lambda, contention, coherency);
        var mean = usable.Average(point => point.Rate);
        var variance = usable.Sum(point => Square(point.Rate - mean));
        var error = Math.Sqrt(residuals.Sum(Square) / residuals.Length) / mean;
        return new ScalabilityModel(
            lambda,
            contention,
            coherency,
            variance > 0 ? 1 - (residuals.Sum(Square) / variance) : null,
            residuals,
            error,
            peakHosts,
            peakRate,
            Caveat(sizes, error, peakHosts, usable.Max(point => point.Hosts)));
    }

    /// <summary>The throughput of the model.</summary>
    public static double Throughput(double lambda, double contention, double coherency, double hosts) =>
        lambda * hosts / (1 + (contention * (hosts - 1)) + (coherency * hosts * (hosts - 1)));

    private static (double Lambda, double Contention, double Coherency) Search((double Hosts, double Rate)[] points)
    {
        var modelled = points.Select(point => point.Rate).ToArray();
        (double Lambda, double Contention, double Coherency) best = default;
        var bestError = double.PositiveInfinity;
        for (var step = 0; step < Steps; step++)
        {
            // With these weights a fixed point of the steps has the gradient of the squared errors of C(N).
            var weights = points.Select((point, index) => Math.Sqrt(point.Rate * Math.Pow(modelled[index], 3)) / point.Hosts).ToArray();
            if (Step(points, weights) is not { } found)
            {
                break;
            }

            modelled = [.. points.Select(point => Throughput(found.Lambda, found.Contention, found.Coherency, point.Hosts))];
            var error = points.Select((point, index) => Square(point.Rate - modelled[index])).Sum();
            if (error < bestError)
            {
                (best, bestError) = (found, error);
            }
        }

        return best;
    }

    private static (double Lambda, double Contention, double Coherency)? Step((double Hosts, double Rate)[] points, double[] weights)
    {
        (double Lambda, double Contention, double Coherency)? best = null;
        var bestError = double.PositiveInfinity;
        foreach (var (hasContention, hasCoherency) in new[] { (true, true), (true, false), (false, true), (false, false) })
        {
            double[] Terms(double hosts) =>
                [1, .. hasContention ? [hosts - 1] : Array.Empty<double>(), .. hasCoherency ? [hosts * (hosts - 1)] : Array.Empty<double>()];

            var rows = points.Select((point, index) => Terms(point.Hosts).Select(term => term * weights[index]).ToArray()).ToArray();
            var wanted = points.Select((point, index) => point.Hosts / point.Rate * weights[index]).ToArray();
            var factors = MultipleRegression.QR(rows, wanted);
            if (factors[0] <= 0 || factors.Any(factor => factor < 0 || !double.IsFinite(factor)))
            {
                continue;
            }

            var error = rows.Select((row, index) => Square(wanted[index] - row.Zip(factors, (term, factor) => term * factor).Sum())).Sum();
            if (error < bestError)
            {
                bestError = error;
                best = (1 / factors[0], hasContention ? factors[1] / factors[0] : 0, hasCoherency ? factors[^1] / factors[0] : 0);
            }
        }

        return best;
    }

    private static (double? Hosts, double? Rate) Peak(double lambda, double contention, double coherency)
    {
        if (coherency > 0)
        {
            var hosts = contention < 1 ? Math.Max(1, Math.Sqrt((1 - contention) / coherency)) : 1;
            return (hosts, Throughput(lambda, contention, coherency, hosts));
        }

        return (null, contention > 0 ? lambda / contention : null);
    }

    private static string? Caveat(int sizes, double error, double? peak, double largest) =>
        sizes == MinPoints
            ? "Three numbers of hosts determine the three parameters, so the error does not show whether the model fits; measure four or more."
        : error > 0.1 ? "The model does not describe these throughputs well; it predicts nothing."
        : peak > largest ? "The peak lies beyond the measured numbers of hosts; it is an extrapolation."
        : null;

    private static double Square(double value) => value * value;
}

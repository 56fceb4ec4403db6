using Choir.LoadTest.Overhead.Measuring;

namespace Choir.LoadTest.Overhead.Report;

/// <summary>
/// A scenario compared with the baseline. Each figure is the median of the comparisons within each round, so that a machine
/// that is slower in one round affects both sides.
/// </summary>
/// <param name="Name">The scenario.</param>
/// <param name="ExtraCpuMicros">CPU time that the scenario adds to a message, in µs.</param>
/// <param name="ExtraBytes">Bytes that the scenario adds to a message.</param>
/// <param name="CpuRatio">CPU time as a multiple of the baseline's.</param>
/// <param name="ThroughputShare">Throughput as a share of the baseline's.</param>
/// <param name="ShareOfPropagation">
/// The CPU time that the scenario adds as a share of what Orleans' propagation adds at the same sampling ratio; null if that was
/// not measured or added nothing.
/// </param>
internal sealed record ScenarioRatios(
    string Name,
    double ExtraCpuMicros,
    double ExtraBytes,
    double CpuRatio,
    double ThroughputShare,
    double? ShareOfPropagation)
{
    public static ScenarioRatios Create(
        string name,
        IReadOnlyList<Measurement> rounds,
        IReadOnlyList<Measurement> bare,
        IReadOnlyList<Measurement>? propagation)
    {
        return new ScenarioRatios(
            name,
            Paired(rounds, (one, baseline) => one.CpuMicrosPerMessage - baseline.CpuMicrosPerMessage),
            Paired(rounds, (one, baseline) => one.BytesPerMessage - baseline.BytesPerMessage),
            Paired(rounds, (one, baseline) => one.CpuMicrosPerMessage / baseline.CpuMicrosPerMessage),
            Paired(rounds, (one, baseline) => one.MessagesPerSecond / baseline.MessagesPerSecond),
            propagation is null ? null : Share(Added(rounds), Added(propagation)));

        double Paired(IReadOnlyList<Measurement> measured, Func<Measurement, Measurement, double> compare) =>
            Median.Of(measured.Zip(bare, compare));

        IEnumerable<double> Added(IReadOnlyList<Measurement> measured) =>
            measured.Zip(bare, (one, baseline) => one.CpuMicrosPerMessage - baseline.CpuMicrosPerMessage);
    }

    private static double? Share(IEnumerable<double> added, IEnumerable<double> ofThat)
    {
        var pairs = added.Zip(ofThat).ToList();
        return pairs.Exists(pair => pair.Second <= 0) ? null : Median.Of(pairs.Select(pair => pair.First / pair.Second));
    }
}

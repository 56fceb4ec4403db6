using Choir.LoadTest.Overhead.Measuring;

namespace Choir.LoadTest.Overhead.Report;

/// <summary>
/// A scenario beside the yardstick. Each figure is the median over rounds of what one round compared, so that a machine
/// that is slower in one round than in another slows both sides.
/// </summary>
/// <param name="Name">The scenario.</param>
/// <param name="ExtraCpuMicros">Processor time that it adds to a message, in µs.</param>
/// <param name="ExtraBytes">Bytes that it adds to a message.</param>
/// <param name="CpuRatio">Its processor time as a multiple of the yardstick's.</param>
/// <param name="ThroughputShare">Its throughput as a share of the yardstick's; 1 is the same.</param>
/// <param name="ShareOfPropagation">
/// The processor time that it adds as a share of what Orleans' own propagation adds at the same sampling; null where that
/// was not measured, and where it added nothing.
/// </param>
internal sealed record ScenarioRatios(
    string Name,
    double ExtraCpuMicros,
    double ExtraBytes,
    double CpuRatio,
    double ThroughputShare,
    double? ShareOfPropagation)
{
    /// <summary>Compares, round by round.</summary>
    /// <param name="name">The scenario.</param>
    /// <param name="rounds">Its rounds.</param>
    /// <param name="bare">The yardstick's.</param>
    /// <param name="propagation">Those of Orleans' propagation, or null.</param>
    public static ScenarioRatios Create(
        string name,
        IReadOnlyList<Measurement> rounds,
        IReadOnlyList<Measurement> bare,
        IReadOnlyList<Measurement>? propagation)
    {
        return new ScenarioRatios(
            name,
            Paired(rounds, (one, yardstick) => one.CpuMicrosPerMessage - yardstick.CpuMicrosPerMessage),
            Paired(rounds, (one, yardstick) => one.BytesPerMessage - yardstick.BytesPerMessage),
            Paired(rounds, (one, yardstick) => one.CpuMicrosPerMessage / yardstick.CpuMicrosPerMessage),
            Paired(rounds, (one, yardstick) => one.MessagesPerSecond / yardstick.MessagesPerSecond),
            propagation is null ? null : Share(Added(rounds), Added(propagation)));

        double Paired(IReadOnlyList<Measurement> measured, Func<Measurement, Measurement, double> compare) =>
            Median.Of(measured.Zip(bare, compare));

        IEnumerable<double> Added(IReadOnlyList<Measurement> measured) =>
            measured.Zip(bare, (one, yardstick) => one.CpuMicrosPerMessage - yardstick.CpuMicrosPerMessage);
    }

    private static double? Share(IEnumerable<double> added, IEnumerable<double> ofThat)
    {
        var pairs = added.Zip(ofThat).ToList();
        return pairs.Exists(pair => pair.Second <= 0) ? null : Median.Of(pairs.Select(pair => pair.First / pair.Second));
    }
}

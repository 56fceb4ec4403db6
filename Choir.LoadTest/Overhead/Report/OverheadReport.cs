using System.Runtime.InteropServices;
using Choir.LoadTest.Overhead.Measuring;
using Choir.LoadTest.Overhead.Scenarios;

namespace Choir.LoadTest.Overhead.Report;

/// <summary>The results of a run.</summary>
/// <param name="Machine">The machine.</param>
/// <param name="Rounds">The number of rounds.</param>
/// <param name="Scenarios">The figures of each scenario, medians over the rounds.</param>
/// <param name="Ratios">Each other scenario compared with the baseline; empty if that was not measured.</param>
/// <param name="Targets">The targets, and whether they were met.</param>
internal sealed record OverheadReport(
    Machine Machine,
    int Rounds,
    IReadOnlyList<ScenarioFigures> Scenarios,
    IReadOnlyList<ScenarioRatios> Ratios,
    IReadOnlyList<Target> Targets)
{
    /// <param name="scenarios">The names of the scenarios.</param>
    /// <param name="rounds">For each round the measurements in the order of the scenarios.</param>
    public static OverheadReport Create(IReadOnlyList<string> scenarios, IReadOnlyList<Measurement[]> rounds)
    {
        var byName = scenarios
            .Select((name, index) => (name, measurements: rounds.Select(round => round[index]).ToArray()))
            .ToDictionary(pair => pair.name, pair => pair.measurements);
        ScenarioRatios[] ratios = byName.TryGetValue(Scenario.Bare.Name, out var bare)
            ? [.. scenarios.Where(name => name != Scenario.Bare.Name)
                .Select(name => ScenarioRatios.Create(name, byName[name], bare, PropagationBeside(name, byName)))]
            : [];
        return new OverheadReport(
            Machine.This(),
            rounds.Count,
            [.. scenarios.Select(name => ScenarioFigures.Create(name, byName[name]))],
            ratios,
            Target.Judge(ratios.FirstOrDefault(ratio => ratio.Name == Scenario.Choir1.Name)));
    }

    /// <summary>Orleans' propagation at the same sampling ratio; null for scenarios that are not compared with it.</summary>
    private static Measurement[]? PropagationBeside(string name, Dictionary<string, Measurement[]> byName) =>
        name == Scenario.Choir1.Name || name == Scenario.GrainObserved.Name ? byName.GetValueOrDefault(Scenario.Propagation1.Name)
        : name == Scenario.Choir100.Name ? byName.GetValueOrDefault(Scenario.Propagation100.Name)
        : null;
}

/// <summary>The figures of a scenario: medians over the rounds.</summary>
/// <param name="Name">The name of the scenario.</param>
/// <param name="CpuMicrosPerMessage">CPU time of the whole process per message, in µs.</param>
/// <param name="MessagesPerSecond">Replies per second.</param>
/// <param name="BytesPerMessage">Bytes allocated by the whole process per message.</param>
/// <param name="Rounds">The measurement of each round.</param>
internal sealed record ScenarioFigures(
    string Name,
    double CpuMicrosPerMessage,
    double MessagesPerSecond,
    double BytesPerMessage,
    IReadOnlyList<Measurement> Rounds)
{
    /// <summary>The number of cores kept busy.</summary>
    public double CoresBusy => Median.Of(Rounds.Select(round => round.CpuMicrosPerMessage * round.MessagesPerSecond / 1e6));

    public static ScenarioFigures Create(string name, IReadOnlyList<Measurement> rounds) => new(
        name,
        Median.Of(rounds.Select(round => round.CpuMicrosPerMessage)),
        Median.Of(rounds.Select(round => round.MessagesPerSecond)),
        Median.Of(rounds.Select(round => round.BytesPerMessage)),
        rounds);
}

/// <summary>The machine of a run. Figures of different machines cannot be compared, and ratios only roughly.</summary>
internal sealed record Machine(int Cores, string Os, string Architecture, string DotNet)
{
    public static Machine This() => new(
        Environment.ProcessorCount,
        RuntimeInformation.OSDescription,
        RuntimeInformation.ProcessArchitecture.ToString(),
        RuntimeInformation.FrameworkDescription);
}

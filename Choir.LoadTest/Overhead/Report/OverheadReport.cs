using System.Runtime.InteropServices;
using Choir.LoadTest.Overhead.Measuring;
using Choir.LoadTest.Overhead.Scenarios;

namespace Choir.LoadTest.Overhead.Report;

/// <summary>What a run found.</summary>
/// <param name="Machine">Where it ran.</param>
/// <param name="Rounds">How often each scenario was measured.</param>
/// <param name="Scenarios">Their figures, medians over the rounds.</param>
/// <param name="Ratios">Each scenario but the yardstick, compared with it; empty if it was not measured.</param>
/// <param name="Targets">What Choir promises, and whether it was kept.</param>
internal sealed record OverheadReport(
    Machine Machine,
    int Rounds,
    IReadOnlyList<ScenarioFigures> Scenarios,
    IReadOnlyList<ScenarioRatios> Ratios,
    IReadOnlyList<Target> Targets)
{
    /// <summary>Makes the report of a run.</summary>
    /// <param name="scenarios">What was measured.</param>
    /// <param name="rounds">For each round each scenario's measurement, in the same order.</param>
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

    /// <summary>Orleans' propagation with the same share of traces sampled, which only Choir is compared with.</summary>
    private static Measurement[]? PropagationBeside(string name, Dictionary<string, Measurement[]> byName) =>
        name == Scenario.Choir1.Name ? byName.GetValueOrDefault(Scenario.Propagation1.Name)
        : name == Scenario.Choir100.Name ? byName.GetValueOrDefault(Scenario.Propagation100.Name)
        : null;
}

/// <summary>A scenario's figures.</summary>
/// <param name="Name">Its name.</param>
/// <param name="CpuMicrosPerMessage">Processor time of the whole process a message, in µs; the median.</param>
/// <param name="MessagesPerSecond">Messages answered in a second; the median.</param>
/// <param name="BytesPerMessage">Bytes allocated by the whole process a message; the median.</param>
/// <param name="Rounds">What each round measured, in order.</param>
internal sealed record ScenarioFigures(
    string Name,
    double CpuMicrosPerMessage,
    double MessagesPerSecond,
    double BytesPerMessage,
    IReadOnlyList<Measurement> Rounds)
{
    /// <summary>How many cores it kept busy; the median.</summary>
    public double CoresBusy => Median.Of(Rounds.Select(round => round.CpuMicrosPerMessage * round.MessagesPerSecond / 1e6));

    /// <summary>Takes the medians.</summary>
    public static ScenarioFigures Create(string name, IReadOnlyList<Measurement> rounds) => new(
        name,
        Median.Of(rounds.Select(round => round.CpuMicrosPerMessage)),
        Median.Of(rounds.Select(round => round.MessagesPerSecond)),
        Median.Of(rounds.Select(round => round.BytesPerMessage)),
        rounds);
}

/// <summary>The machine that a run was on: its figures mean nothing on another, its ratios little.</summary>
internal sealed record Machine(int Cores, string Os, string Architecture, string DotNet)
{
    /// <summary>This one.</summary>
    public static Machine This() => new(
        Environment.ProcessorCount,
        RuntimeInformation.OSDescription,
        RuntimeInformation.ProcessArchitecture.ToString(),
        RuntimeInformation.FrameworkDescription);
}

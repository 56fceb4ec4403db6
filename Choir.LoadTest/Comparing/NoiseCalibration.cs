using Choir.LoadTest.Profiles;
using Choir.LoadTest.Reports.Model;
using MathNet.Numerics.Statistics;

namespace Choir.LoadTest.Comparing;

/// <summary>The noise of a machine: how far the figures of the same program, profile and machine differ from run to run.</summary>
/// <param name="Version">The version of this format.</param>
/// <param name="MeasuredAt">The begin of the first run.</param>
/// <param name="Profile">The profile of the runs.</param>
/// <param name="Machine">The machine of the load generator.</param>
/// <param name="Runs">The number of runs.</param>
/// <param name="Seconds">The measured time of each run.</param>
/// <param name="Figures">The noise of each figure that every run has.</param>
public sealed record NoiseCalibration(
    int Version,
    DateTimeOffset MeasuredAt,
    LoadProfile Profile,
    MachineInfo Machine,
    int Runs,
    double Seconds,
    IReadOnlyList<CalibratedFigure> Figures)
{
    /// <summary>The version of the format that this program writes and reads.</summary>
    public const int CurrentVersion = 1;

    /// <summary>Fewer runs say too little about the noise.</summary>
    public const int MinRuns = 5;

    /// <summary>The noise of runs of the same program and profile on the same machine.</summary>
    /// <exception cref="ArgumentException">There are fewer than <see cref="MinRuns"/>.</exception>
    public static NoiseCalibration FromRuns(IReadOnlyList<LoadReport> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        if (runs.Count < MinRuns)
        {
            throw new ArgumentException($"The noise needs at least {MinRuns} runs; there are {runs.Count}.", nameof(runs));
        }

        var byName = runs.Select(run => run.Figures.DistinctBy(figure => figure.Name).ToDictionary(figure => figure.Name)).ToArray();
        return new NoiseCalibration(
            CurrentVersion,
            runs[0].StartedAt,
            runs[0].Profile,
            runs[0].Machine,
            runs.Count,
            runs.Average(run => run.Seconds),
            [.. byName[0].Values
                .Where(figure => byName.All(run => run.TryGetValue(figure.Name, out var same) && double.IsFinite(same.Value)))
                .Select(figure => CalibratedFigure.Of(figure, [.. byName.Select(run => run[figure.Name].Value)]))]);
    }
}

/// <summary>The noise of a figure.</summary>
/// <param name="Name">The figure.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Scale">The scale of the deviation.</param>
/// <param name="Mean">The mean of the runs' values, in the unit.</param>
/// <param name="Deviation">The standard deviation from run to run, of the logarithms or of the values.</param>
public sealed record CalibratedFigure(string Name, string Unit, FigureScale Scale, double Mean, double Deviation)
{
    internal static CalibratedFigure Of(Figure figure, double[] values)
    {
        var scale = FigureScales.Of(figure.Unit, values);
        return new CalibratedFigure(
            figure.Name, figure.Unit, scale, values.Mean(), scale.Apply(values).StandardDeviation());
    }
}

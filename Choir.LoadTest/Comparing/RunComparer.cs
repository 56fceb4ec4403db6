using Choir.LoadTest.Reports.Model;

namespace Choir.LoadTest.Comparing;

/// <summary>
/// Compares a run with an earlier one, figure by figure, with a t-test of the difference. The noise is that of a calibration, or
/// else an estimate from the parts of both runs.
/// </summary>
public static class RunComparer
{
    /// <summary>Compares a run with an earlier one.</summary>
    /// <param name="baseline">The earlier run.</param>
    /// <param name="now">The run now.</param>
    /// <param name="calibration">The machine's noise; null if it was not measured.</param>
    public static RunComparison Compare(LoadReport baseline, LoadReport now, NoiseCalibration? calibration)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        ArgumentNullException.ThrowIfNull(now);
        var before = baseline.Figures.DistinctBy(figure => figure.Name).ToDictionary(figure => figure.Name);
        var noise = calibration?.Figures.DistinctBy(figure => figure.Name).ToDictionary(figure => figure.Name) ?? [];
        List<string> warnings = [.. Comparability.Warnings(baseline, now)];
        List<string> uncalibrated = [];
        List<FigureComparison> figures = [];
        foreach (var figure in now.Figures.DistinctBy(figure => figure.Name))
        {
            if (!before.TryGetValue(figure.Name, out var earlier))
            {
                continue;
            }

            var calibrated = noise.GetValueOrDefault(figure.Name);
            if (calibration is not null && calibrated is null)
            {
                uncalibrated.Add(figure.Name);
            }

            figures.Add(FigureVerdict.Of(
                earlier, figure, calibrated, calibration?.Runs ?? 0, Operations(figure.Name, baseline, now)));
        }

        if (calibration is not null)
        {
            warnings.AddRange(Comparability.Warnings(calibration, now));
        }

        if (uncalibrated.Count > 0)
        {
            warnings.Add($"The calibration lacks {Comparability.List(uncalibrated)}; their noise was estimated from within the runs.");
        }

        return new RunComparison(baseline.Id, baseline.StartedAt, calibration is not null, warnings, figures);
    }

    // The operations of which "errors.share" or "SCENARIO.errors.share" is the share.
    private static (long Before, long After)? Operations(string figure, LoadReport baseline, LoadReport now)
    {
        const string share = "errors.share";
        if (!figure.EndsWith(share, StringComparison.Ordinal))
        {
            return null;
        }

        var scenario = figure[..^share.Length].TrimEnd('.');
        return (Started(baseline), Started(now));

        long Started(LoadReport run) =>
            run.Scenarios.Where(result => scenario.Length == 0 || result.Name == scenario).Sum(result => Math.Max(0, result.Started));
    }
}

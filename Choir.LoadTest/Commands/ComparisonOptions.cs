using System.CommandLine;
using Choir.LoadTest.Comparing;
using Choir.LoadTest.Reports;
using Choir.LoadTest.Reports.Files;
using Choir.LoadTest.Reports.Model;
using Choir.LoadTest.Reports.Text;

namespace Choir.LoadTest.Commands;

/// <summary>The options of a comparison with an earlier run.</summary>
internal static class ComparisonOptions
{
    public static readonly Option<FileInfo?> Baseline = new("--baseline")
    {
        Description = "the report.json of an earlier run, or its folder, to compare with", HelpName = "FILE",
    };

    public static readonly Option<FileInfo?> Calibration = new("--calibration")
    {
        Description = "the machine's noise, as \"calibrate\" wrote it; without it the noise is estimated", HelpName = "FILE",
    };

    public static void AddTo(Command command)
    {
        command.Add(Baseline);
        command.Add(Calibration);
        command.Validators.Add(result =>
        {
            if (result.GetResult(Calibration) is not null && result.GetResult(Baseline) is null)
            {
                result.AddError("--calibration says how large the noise is; give the run to compare with by --baseline.");
            }

            if (result.GetValue(Baseline) is { } baseline && result.GetValue(ProfileOptions.Output) is { } output && IsIn(baseline, output))
            {
                result.AddError("--output is the folder of --baseline, whose report would be replaced; give another folder.");
            }
        });
    }

    // A baseline of another name is not replaced.
    private static bool IsIn(FileInfo baseline, DirectoryInfo output)
    {
        var folder = Path.TrimEndingDirectorySeparator(output.FullName);
        var file = Path.TrimEndingDirectorySeparator(baseline.FullName);
        return file == folder || file == Path.Combine(folder, ReportFiles.Json);
    }

    /// <summary>Reads the files, before anything is run.</summary>
    /// <exception cref="ReportFileException">One cannot be read, or is something else.</exception>
    public static async Task<EarlierRun?> ReadAsync(ParseResult parsed, CancellationToken cancellationToken) =>
        parsed.GetValue(Baseline) is not { } baseline ? null : new EarlierRun(
            await ReportFiles.ReadAsync(baseline, cancellationToken),
            parsed.GetValue(Calibration) is { } file ? await Calibrator.ReadAsync(file, cancellationToken) : null);
}

/// <summary>What a run is compared with.</summary>
internal sealed record EarlierRun(LoadReport Report, NoiseCalibration? Calibration)
{
    /// <summary>The report of a run, with the comparison, or with a note that there cannot be one.</summary>
    public LoadReport CompareWith(LoadReport now)
    {
        try
        {
            return now with { Comparison = RunComparer.Compare(Report, now, Calibration) };
        }
        catch (Exception failed)
        {
            // The result of a run, which may have taken hours, must not be lost to what a file of another run has.
            return now with { Notes = [.. now.Notes, $"This run could not be compared with the baseline: {OutsideText.Clean(failed.Message, 240)}"] };
        }
    }
}

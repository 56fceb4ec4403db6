using Choir.LoadTest.Reports.Files;
using Choir.LoadTest.Reports.Model;
using Choir.LoadTest.Reports.Text;

namespace Choir.LoadTest.Comparing;

/// <summary>Runs the load test of a calibration once.</summary>
/// <param name="number">The number of the run, from 1.</param>
/// <param name="cancellationToken">Ends the run early; its report then says that it was interrupted.</param>
internal delegate Task<LoadReport> CalibrationRun(int number, CancellationToken cancellationToken);

/// <summary>Measures the machine's noise by running the same load test several times.</summary>
/// <param name="run">Runs it once.</param>
/// <param name="say">Receives progress and warnings, sentences.</param>
internal sealed class Calibrator(CalibrationRun run, Action<string> say)
{
    /// <summary>What a calibration file is, for error messages.</summary>
    public const string FileKind = "the calibration.json of a load test";

    /// <summary>Runs the test, and computes the noise.</summary>
    /// <exception cref="OperationCanceledException">It was ended early: too few runs say nothing.</exception>
    public async Task<NoiseCalibration> MeasureAsync(int runs, CancellationToken cancellationToken)
    {
        List<LoadReport> reports = [];
        for (var number = 1; number <= runs; number++)
        {
            var report = await run(number, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            if (report.Interrupted)
            {
                throw new OperationCanceledException("A run of the calibration was ended early.");
            }

            reports.Add(report);
            say(Progress(report, number, runs));
        }

        return NoiseCalibration.FromRuns(reports);
    }

    /// <summary>Reads a calibration that was written earlier.</summary>
    /// <exception cref="ReportFileException">It cannot be read, or is something else.</exception>
    public static async Task<NoiseCalibration> ReadAsync(FileInfo file, CancellationToken cancellationToken)
    {
        var calibration = await VersionedJson.ReadAsync<NoiseCalibration>(
            file, FileKind, NoiseCalibration.CurrentVersion, cancellationToken);
        return calibration.Runs >= NoiseCalibration.MinRuns
            ? calibration
            : throw new ReportFileException(
                $"{file} was made of {calibration.Runs} runs; at least {NoiseCalibration.MinRuns} are needed. Calibrate again.");
    }

    /// <summary>Writes a calibration.</summary>
    /// <exception cref="ReportFileException">It cannot be written.</exception>
    public static Task WriteAsync(NoiseCalibration calibration, FileInfo file, CancellationToken cancellationToken) =>
        VersionedJson.WriteAsync(calibration, file, cancellationToken);

    private static string Progress(LoadReport report, int number, int runs)
    {
        var left = (runs - number) * (report.Seconds + report.Profile.WarmUp.TotalSeconds);
        return $"Run {number} of {runs} is done"
            + (report.Generator.Saturated ? ", limited by the load generator itself: lower the rate, or the noise is the generator's" : "")
            + (number < runs ? $"; about {ValueText.Duration(left)} more." : ".");
    }
}

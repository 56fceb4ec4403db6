using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Choir.LoadTest.Comparing;
using Choir.LoadTest.Engine;
using Choir.LoadTest.Profiles;
using Choir.LoadTest.Progress;
using Choir.LoadTest.Reports.Files;

namespace Choir.LoadTest.Commands;

/// <summary>The command <c>calibrate</c>: measures the machine's noise for comparisons of runs.</summary>
internal static class CalibrateCommand
{
    private const int MaxRuns = 100;

    public static readonly Option<int> Runs = new("--runs")
    {
        Description = $"how often the profile is run, {NoiseCalibration.MinRuns} to {MaxRuns}; the more, the smaller the changes that can be found",
        HelpName = "N",
        DefaultValueFactory = _ => 10,
        CustomParser = ParseRuns,
    };

    public static readonly Option<FileInfo> Calibration = new("--calibration")
    {
        Description = "the file to write", HelpName = "FILE", DefaultValueFactory = _ => new FileInfo("calibration.json"),
    };

    /// <param name="environment">Reads a variable of the environment; null reads those of the process.</param>
    public static Command Create(Func<string, string?>? environment = null)
    {
        var command = new Command("calibrate", "Runs the same profile several times, and writes how far its figures differ without a change.") { Runs, Calibration };
        foreach (var option in ProfileOptions.OfRun)
        {
            command.Add(option);
        }

        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, environment ?? Environment.GetEnvironmentVariable, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, Func<string, string?> environment, CancellationToken cancellationToken)
    {
        try
        {
            var profile = ProfileOptions.ReadProfile(parsed, kind: null);
            var target = GatewayTarget.Of(parsed.GetValue(ProfileOptions.Gateway), environment);
            if (GatewayRun.UsesGateway(profile) && target.KeyProblem() is { } problem)
            {
                return await FailAsync(problem, ProfileCommand.BadUsage);
            }

            var file = parsed.GetValue(Calibration)!;
            WritableFolder.Probe(file, "--calibration");
            var run = new GatewayRun(target, LiveProgress.For(parsed.GetValue(ProfileOptions.Quiet)));
            var calibrator = new Calibrator((_, token) => run.RunAsync(profile, [], token), Console.Out.WriteLine);
            var calibration = await calibrator.MeasureAsync(parsed.GetValue(Runs), cancellationToken);
            await WriteAsync(calibration, file);
            await Console.Out.WriteLineAsync($"Calibration: {file.FullName}");
            return 0;
        }
        catch (Exception invalid) when (invalid is ProfileException or ReportFileException or LoadTestException { IsWrongUsage: true })
        {
            return await FailAsync(invalid.Message, ProfileCommand.BadUsage);
        }
        catch (LoadTestException failed)
        {
            return await FailAsync(failed.Message, ProfileCommand.Failed);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return await FailAsync("Ended before all runs were done; no calibration was written.", ProfileCommand.Interrupted);
        }
    }

    private static async Task WriteAsync(NoiseCalibration calibration, FileInfo file)
    {
        try
        {
            await Calibrator.WriteAsync(calibration, file, CancellationToken.None);
        }
        catch (ReportFileException failed)
        {
            throw new LoadTestException(failed.Message, failed);
        }
    }

    private static int ParseRuns(ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var runs) && runs is >= NoiseCalibration.MinRuns and <= MaxRuns)
        {
            return runs;
        }

        result.AddError($"--runs takes a whole number from {NoiseCalibration.MinRuns} to {MaxRuns}; it got \"{text}\".");
        return 0;
    }

    private static async Task<int> FailAsync(string problem, int exitCode)
    {
        await Console.Error.WriteLineAsync(problem);
        return exitCode;
    }
}

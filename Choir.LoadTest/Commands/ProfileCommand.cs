using System.CommandLine;
using System.Globalization;
using Choir.LoadTest.Costs;
using Choir.LoadTest.Engine;
using Choir.LoadTest.Observing;
using Choir.LoadTest.Profiles;
using Choir.LoadTest.Progress;
using Choir.LoadTest.Reports;
using Choir.LoadTest.Reports.Files;
using Choir.LoadTest.Reports.Model;
using Choir.LoadTest.Reports.Text;
using Choir.LoadTest.Scaling;

namespace Choir.LoadTest.Commands;

/// <summary>The commands <c>load</c>, <c>stress</c>, <c>endurance</c> and <c>spike</c>.</summary>
internal static class ProfileCommand
{
    public const int Failed = 1;
    public const int BadUsage = 2;

    private const string OutputOption = "--output";

    // The exit code that shells use after Ctrl-C.
    public const int Interrupted = 130;

    /// <param name="kind">The kind of the tests.</param>
    /// <param name="environment">Reads a variable of the environment; null reads those of the process.</param>
    public static Command Create(ProfileKind kind, Func<string, string?>? environment = null)
    {
        var command = new Command(ProfileOptions.Name(kind), Description(kind));
        ProfileOptions.AddTo(command);
        ComparisonOptions.AddTo(command);
        ScaleCommand.AddTo(command);
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, kind, environment ?? Environment.GetEnvironmentVariable, cancellationToken));
        return command;
    }

    private static string Description(ProfileKind kind) => kind switch
    {
        ProfileKind.Stress => "Raises the rate until the objectives are missed, and reports the highest rate that meets them.",
        ProfileKind.Endurance => "Sends at a steady rate for hours, and fails if memory, handles, threads or latency grow.",
        ProfileKind.Spike => "Sends at a multiple of the rate for seconds, and reports how long the system needs to recover.",
        _ => "Sends at the expected rate, and reports latency, throughput and errors.",
    };

    private static async Task<int> RunAsync(ParseResult parsed, ProfileKind kind, Func<string, string?> environment, CancellationToken cancellationToken)
    {
        try
        {
            var profile = ProfileOptions.ReadProfile(parsed, kind);
            var show = LiveProgress.For(parsed.GetValue(ProfileOptions.Quiet));
            if (parsed.GetValue(ScaleCommand.Scale) is { } actorHosts)
            {
                var output = OutputOf(parsed, TimeProvider.System.GetUtcNow(), $"{profile.Name}-scale");
                WritableFolder.Probe(output, OutputOption);
                return await ScaleCommand.RunAsync(profile, actorHosts, output, show, cancellationToken);
            }

            var target = GatewayTarget.Of(parsed.GetValue(ProfileOptions.Gateway), environment);
            if (GatewayRun.UsesGateway(profile) && target.KeyProblem() is { } problem)
            {
                return await FailAsync(problem, BadUsage);
            }

            WritableFolder.Probe(OutputOf(parsed, TimeProvider.System.GetUtcNow(), profile.Name), OutputOption);
            var earlier = await ComparisonOptions.ReadAsync(parsed, cancellationToken);
            var profiling = parsed.GetValue(ProfileOptions.Profile) ? new ProfilingCompanion(target.Address) : null;
            var report = await new GatewayRun(target, show).RunAsync(profile, CompanionsOf(profile, target, profiling), cancellationToken);
            return await FinishAsync(
                earlier?.CompareWith(report) ?? report, OutputOf(parsed, report.StartedAt, report.Profile.Name), target, profiling);
        }
        catch (Exception invalid) when (invalid is ProfileException or ReportFileException or LoadTestException { IsWrongUsage: true })
        {
            return await FailAsync(invalid.Message, BadUsage);
        }
        catch (LoadTestException failed)
        {
            return await FailAsync(failed.Message, Failed);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return await FailAsync("Ended before anything was measured.", Interrupted);
        }
    }

    private static async Task<int> FinishAsync(LoadReport report, DirectoryInfo output, GatewayTarget target, ProfilingCompanion? profiling)
    {
        RunSummary.Write(report, RunSummary.Console());
        if (report.Comparison is { } comparison)
        {
            await Console.Out.WriteLineAsync($"Compared with the baseline: {FigureText.Counts(comparison)}. {FigureText.NoiseSource(comparison)}");
            foreach (var difference in comparison.Warnings)
            {
                await Console.Out.WriteLineAsync($"  {difference}");
            }
        }

        if (report.Costs is { } costs)
        {
            CostTable.Write(costs, RunSummary.Console());
        }

        var isWritten = await WriteFilesAsync(report, output, profiling);
        if (GatewayRun.UsesGateway(report.Profile))
        {
            if (await StoredResult.TryStoreAsync(report, target.Address, target.Key, isWritten, CancellationToken.None) is { } warning)
            {
                await Console.Error.WriteLineAsync(warning);
            }
            else if (!isWritten)
            {
                await Console.Error.WriteLineAsync($"The result is stored in Choir: {new Uri(target.Address, "/load-tests")} has it.");
            }
        }

        return !isWritten ? Failed : report.Interrupted ? Interrupted : report.Passed ? 0 : Failed;
    }

    private static async Task<bool> WriteFilesAsync(LoadReport report, DirectoryInfo output, ProfilingCompanion? profiling)
    {
        var isWritten = true;
        try
        {
            await ReportFiles.WriteAsync(report, output, CancellationToken.None);
            await Console.Out.WriteLineAsync($"Report: {Path.Combine(output.FullName, ReportFiles.Html)}");
        }
        catch (ReportFileException failure)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            isWritten = false;
        }

        try
        {
            profiling?.MoveFilesTo(output);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"The profiles could not be moved to {output.FullName}: {failure.Message}");
            isWritten = false;
        }

        return isWritten;
    }

    private static List<IRunCompanion> CompanionsOf(LoadProfile profile, GatewayTarget target, ProfilingCompanion? profiling)
    {
        List<IRunCompanion> companions = [];
        if (GatewayRun.UsesGateway(profile))
        {
            companions.Add(new SystemCompanion(SystemObserver.Start(target.Address, profile.WarmUp + profile.Duration, TimeProvider.System)));
        }

        if (profiling is not null)
        {
            companions.Add(profiling);
        }

        return companions;
    }

    private static DirectoryInfo OutputOf(ParseResult parsed, DateTimeOffset startedAt, string name) =>
        parsed.GetValue(ProfileOptions.Output) ?? new DirectoryInfo(Path.Combine(
            "load-tests", $"{startedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH-mm-ss", CultureInfo.InvariantCulture)}-{name}"));

    private static async Task<int> FailAsync(string problem, int exitCode)
    {
        await Console.Error.WriteLineAsync(problem);
        return exitCode;
    }
}

using System.CommandLine;
using System.CommandLine.Parsing;
using Choir.LoadTest.Commands;
using Choir.LoadTest.Engine;
using Choir.LoadTest.Observing;
using Choir.LoadTest.Profiles;
using Choir.LoadTest.Reports;
using Choir.LoadTest.Reports.Files;
using Choir.LoadTest.Reports.Model;
using Choir.LoadTest.Reports.Text;

namespace Choir.LoadTest.Scaling;

/// <summary>The option <c>--scale</c> of the commands that run a profile.</summary>
internal static class ScaleCommand
{
    /// <summary>The numbers of actor hosts; null without the option.</summary>
    public static readonly Option<IReadOnlyList<int>?> Scale = new("--scale")
    {
        Description = "run the profile with each number of actor hosts, such as 1,2,4, each against a Choir of its own that is started for it, and compare them",
        HelpName = "N,N,…",
        CustomParser = Parse,
    };

    public static void AddTo(Command command)
    {
        command.Add(Scale);
        command.Validators.Add(result =>
        {
            if (result.GetResult(Scale) is not null && (result.GetResult(ProfileOptions.Gateway) is not null || result.GetResult(ComparisonOptions.Baseline) is not null))
            {
                result.AddError("--scale starts a Choir of its own for each run and compares these; leave out --gateway and --baseline.");
            }

            if (result.GetResult(Scale) is not null && result.GetValue(ProfileOptions.Profile))
            {
                result.AddError("--profile would slow down each run by another share; use it without --scale.");
            }
        });
    }

    /// <summary>Runs a profile with each number of actor hosts.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="actorHosts">The numbers of actor hosts.</param>
    /// <param name="output">The folder for the reports.</param>
    /// <param name="show">Shows the progress of a run until it has ended.</param>
    /// <param name="cancellationToken">Ends it early, with what was measured.</param>
    /// <returns>The exit code: 0 if all runs are complete. Objectives are judged in the report of each run, because scaling needs a rate that is too high for some.</returns>
    public static async Task<int> RunAsync(
        LoadProfile profile, IReadOnlyList<int> actorHosts, DirectoryInfo output, Func<LoadRun, Task, Task> show, CancellationToken cancellationToken)
    {
        var run = new ScaleRun(
            async (gateway, key, hosts, token) =>
            {
                var observer = SystemObserver.Start(gateway, profile.WarmUp + profile.Duration, TimeProvider.System);
                var report = await new GatewayRun(new GatewayTarget(gateway, key), show).RunAsync(profile, [new SystemCompanion(observer)], token);
                await ReportFiles.WriteAsync(report, new DirectoryInfo(Path.Combine(output.FullName, $"hosts-{hosts}")), CancellationToken.None);
                return report;
            },
            Console.Error.WriteLine,
            TimeProvider.System);
        try
        {
            if (await run.RunAsync(actorHosts, cancellationToken) is not { } scaling)
            {
                return await FailAsync("Ended before a run was complete.", ProfileCommand.Interrupted);
            }

            await ScalingFiles.WriteAsync(scaling, output, CancellationToken.None);
            Write(scaling, Console.Out);
            await Console.Out.WriteLineAsync($"Report: {output.FullName}");
            return scaling.Interrupted ? ProfileCommand.Interrupted : 0;
        }
        catch (Exception failed) when (failed is ScalingException or ReportFileException)
        {
            return await FailAsync(failed.Message, ProfileCommand.Failed);
        }
    }

    private static void Write(ScalingReport scaling, TextWriter writer)
    {
        foreach (var point in scaling.Points)
        {
            writer.WriteLine(
                $"{point.ActorHosts,2} actor hosts: {ValueText.Rate(point.Rate)}, efficiency {ValueText.Share(point.Efficiency)}, p99 {ValueText.Seconds(point.P99)}. Limit: {point.Limit}");
        }

        if (scaling.Model is { } model)
        {
            writer.WriteLine(ScalingText.Model(model));
        }

        foreach (var note in scaling.Notes)
        {
            writer.WriteLine(note);
        }
    }

    private static IReadOnlyList<int>? Parse(ArgumentResult result)
    {
        var sizes = ScaleSizes.Parse(string.Join(',', result.Tokens.Select(token => token.Value)), out var error);
        if (error is not null)
        {
            result.AddError(error);
        }

        return sizes;
    }

    private static async Task<int> FailAsync(string problem, int exitCode)
    {
        await Console.Error.WriteLineAsync(problem);
        return exitCode;
    }
}

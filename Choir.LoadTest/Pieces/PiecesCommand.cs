using System.CommandLine;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Choir.LoadTest.Pieces;

/// <summary>The command <c>pieces</c>: measures single steps of handling a message.</summary>
internal static class PiecesCommand
{
    private static readonly Argument<string> Filter = new("filter")
    {
        Description = "the names to measure, with * as wildcard", DefaultValueFactory = _ => "*",
    };

    public static Command Create()
    {
        var command = new Command("pieces", "Measures single steps of handling a message (BenchmarkDotNet).");
        command.Add(Filter);
        command.SetAction(parsed => Run(parsed.GetValue(Filter)!));
        return command;
    }

    private static int Run(string filter)
    {
        // In this process: otherwise BenchmarkDotNet generates and builds a project for each benchmark.
        var config = DefaultConfig.Instance
            .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.DontLogOutput))
            .WithOptions(ConfigOptions.JoinSummary);
        var summaries = BenchmarkSwitcher.FromAssembly(typeof(PiecesCommand).Assembly).Run(["--filter", filter], config);
        return summaries.Any(summary => summary.Reports.Any(report => report.Success)) ? 0 : 1;
    }
}

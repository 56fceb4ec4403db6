using System.CommandLine;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Choir.LoadTest.Pieces;

/// <summary>The command that measures the pieces of which a message's cost is made, one by one.</summary>
internal static class PiecesCommand
{
    private static readonly Argument<string> Filter = new("filter")
    {
        Description = "which to measure, by name, with * for anything", DefaultValueFactory = _ => "*",
    };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("pieces", "Measures the pieces of which a message's cost is made (BenchmarkDotNet).");
        command.Add(Filter);
        command.SetAction(parsed => Run(parsed.GetValue(Filter)!));
        return command;
    }

    private static int Run(string filter)
    {
        // In this process: BenchmarkDotNet would otherwise make and build a project of its own for each benchmark.
        var config = DefaultConfig.Instance
            .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.DontLogOutput))
            .WithOptions(ConfigOptions.JoinSummary);
        var summaries = BenchmarkSwitcher.FromAssembly(typeof(PiecesCommand).Assembly).Run(["--filter", filter], config);
        return summaries.Any(summary => summary.Reports.Any(report => report.Success)) ? 0 : 1;
    }
}

using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;

namespace Choir.LoadTest.Commands;

/// <summary>Runs a command line. A wrong one is answered with what is wrong and how to get help, not with the help itself.</summary>
internal static class CommandLineRun
{
    private const string Program = "dotnet run -c Release --project Choir.LoadTest --";

    /// <summary>Runs a command line, and returns the exit code.</summary>
    /// <param name="root">The commands.</param>
    /// <param name="args">The arguments.</param>
    /// <param name="configuration">Has the writers.</param>
    public static async Task<int> RunAsync(RootCommand root, string[] args, InvocationConfiguration configuration)
    {
        var parsed = root.Parse(args);

        // Without any argument the help is the answer.
        var wrong = args.Length > 0 ? parsed.Action as ParseErrorAction : null;
        wrong?.ShowHelp = false;
        var exitCode = parsed.Action is AsynchronousCommandLineAction ? await InvokeAsync(parsed, configuration) : await parsed.InvokeAsync(configuration);
        if (wrong is not null)
        {
            await configuration.Error.WriteLineAsync($"Run \"{string.Join(' ', [Program, .. Path(parsed.CommandResult), "--help"])}\" for all options.");
        }

        return parsed.Errors.Count > 0 ? ProfileCommand.BadUsage : exitCode;
    }

    // What System.CommandLine does for Ctrl-C and SIGTERM. A command that is not asynchronous cannot be cancelled: the signals end it.
    private static async Task<int> InvokeAsync(ParseResult parsed, InvocationConfiguration configuration)
    {
        using var hangUp = new HangUpSignal();
        var running = parsed.InvokeAsync(configuration, hangUp.Token);
        return await Task.WhenAny(running, hangUp.ReceivedForAsync(configuration.ProcessTerminationTimeout ?? Timeout.InfiniteTimeSpan)) == running
            ? await running
            : ProfileCommand.Interrupted;
    }

    private static IEnumerable<string> Path(CommandResult command) =>
        command.Parent is CommandResult parent ? [.. Path(parent), command.Command.Name] : [];
}

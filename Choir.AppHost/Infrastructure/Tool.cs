using System.ComponentModel;
using System.Text;
using CliWrap;

namespace Choir.AppHost.Infrastructure;

/// <summary>Runs a command to completion and captures its output.</summary>
internal static class Tool
{
    /// <summary>The exit code (127 if the command does not exist, 124 after a timeout) and all output.</summary>
    public readonly record struct Result(int ExitCode, string Output)
    {
        public bool Succeeded => ExitCode == 0;
    }

    /// <exception cref="OperationCanceledException">Cancelled; the command and its child processes were killed.</exception>
    public static async Task<Result> RunAsync(
        string command, IEnumerable<string> arguments, TimeSpan timeout, CancellationToken cancellation,
        string? workingDirectory = null, string input = "")
    {
        var output = new StringBuilder();
        var lines = PipeTarget.ToDelegate(line =>
        {
            lock (output)
            {
                output.AppendLine(line);
            }
        });
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(timeout);
        try
        {
            var result = await Cli.Wrap(command)
                .WithArguments(arguments)
                .WithWorkingDirectory(workingDirectory ?? "")
                .WithStandardInputPipe(PipeSource.FromString(input))
                .WithStandardOutputPipe(lines)
                .WithStandardErrorPipe(lines)
                .WithValidation(CommandResultValidation.None)
                .ExecuteAsync(limit.Token);
            // Ctrl-C on a terminal also ends the command.
            cancellation.ThrowIfCancellationRequested();
            return new Result(result.ExitCode, Text());
        }
        catch (Win32Exception e)
        {
            return new Result(127, e.Message);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new Result(124, $"{Text()}\n{command} did not finish within {timeout.TotalSeconds:0} s.");
        }

        string Text()
        {
            lock (output)
            {
                return output.ToString().Trim();
            }
        }
    }

    /// <summary>The full path of a command on the PATH with symbolic links resolved, or null.</summary>
    public static string? Find(string command)
    {
        var names = OperatingSystem.IsWindows() ? new[] { command + ".exe", command + ".cmd" } : [command];
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        var found = folders.SelectMany(folder => names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
        return found is null ? null : File.ResolveLinkTarget(found, returnFinalTarget: true)?.FullName ?? found;
    }
}

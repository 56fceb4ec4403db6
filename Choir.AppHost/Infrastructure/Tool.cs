using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Choir.AppHost.Infrastructure;

/// <summary>Runs a command to its end and keeps what it said.</summary>
internal static class Tool
{
    /// <summary>The exit code (127 when the command does not exist, 124 when it took too long) and all output.</summary>
    public readonly record struct Result(int ExitCode, string Output)
    {
        public bool Succeeded => ExitCode == 0;
    }

    /// <exception cref="OperationCanceledException">The command, and all that it started, was ended because this was cancelled.</exception>
    public static async Task<Result> RunAsync(
        string command, IEnumerable<string> arguments, TimeSpan timeout, CancellationToken cancellation,
        string? workingDirectory = null, string input = "")
    {
        var start = new ProcessStartInfo(command, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingDirectory ?? "",
        };
        var output = new StringBuilder();
        using var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, e) => Keep(e.Data);
        process.ErrorDataReceived += (_, e) => Keep(e.Data);
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            return new Result(127, e.Message);
        }

        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(timeout);
        try
        {
            await process.WaitForExitAsync(limit.Token);
            // Ctrl-C on a terminal ends the command as well.
            cancellation.ThrowIfCancellationRequested();
            return new Result(process.ExitCode, Text());
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellation.ThrowIfCancellationRequested();
            return new Result(124, $"{Text()}\n{command} did not finish in {timeout.TotalSeconds:0} s.");
        }

        void Keep(string? line)
        {
            if (line is null)
            {
                return;
            }

            lock (output)
            {
                output.AppendLine(line);
            }
        }

        string Text()
        {
            lock (output)
            {
                return output.ToString().Trim();
            }
        }
    }

    /// <summary>The full path of a command on the PATH, with symbolic links followed, or none.</summary>
    public static string? Find(string command)
    {
        var names = OperatingSystem.IsWindows() ? new[] { command + ".exe", command + ".cmd" } : [command];
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        var found = folders.SelectMany(folder => names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
        return found is null ? null : File.ResolveLinkTarget(found, returnFinalTarget: true)?.FullName ?? found;
    }
}

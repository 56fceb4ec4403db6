using System.ComponentModel;
using System.Diagnostics;

namespace Choir.Tests.Observability;

/// <summary>Runs <c>promtool</c>, if it is installed.</summary>
internal static class Promtool
{
    /// <summary>The reason for skipping a test.</summary>
    public const string Need = $"{Name} is not installed; Debian's package prometheus has it.";

    private const string Name = "promtool";

    private static readonly Lazy<bool> Installed = new(TryStart);

    public static bool IsInstalled => Installed.Value;

    /// <param name="arguments">The command line.</param>
    /// <param name="input">The standard input.</param>
    /// <returns>The exit code, and standard output and error.</returns>
    public static async Task<(int ExitCode, string Output)> RunAsync(IEnumerable<string> arguments, string input = "")
    {
        using var process = Process.Start(new ProcessStartInfo(Name, arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var output = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var all = string.Concat(await output);
        await process.WaitForExitAsync();
        return (process.ExitCode, all);
    }

    private static bool TryStart()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(Name, ["--version"])
            {
                RedirectStandardOutput = true, RedirectStandardError = true,
            })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}

using System.ComponentModel;
using System.Diagnostics;

namespace Choir.Tests.Observability;

/// <summary>Prometheus' own tool, as it is installed on this machine.</summary>
internal static class Promtool
{
    /// <summary>Why a test that needs it is skipped without it.</summary>
    public const string Need = $"{Name} is not installed; Debian's package prometheus has it.";

    private const string Name = "promtool";

    private static readonly Lazy<bool> Installed = new(TryStart);

    /// <summary>Whether it is there.</summary>
    public static bool IsInstalled => Installed.Value;

    /// <summary>Runs it to its end.</summary>
    /// <param name="arguments">Its command line.</param>
    /// <param name="input">What it reads.</param>
    /// <returns>Its exit code, and all that it wrote.</returns>
    public static async Task<(int ExitCode, string Told)> RunAsync(IEnumerable<string> arguments, string input = "")
    {
        using var process = Process.Start(new ProcessStartInfo(Name, arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var output = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var told = string.Concat(await output);
        await process.WaitForExitAsync();
        return (process.ExitCode, told);
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

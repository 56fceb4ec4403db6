using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Choir.Tests.Integration.EndToEnd;

namespace Choir.Tests.Observability;

/// <summary>Prometheus' own tool reads what every process exports, and finds nothing but what cannot be otherwise.</summary>
public sealed class PromtoolTests(RunningChoir choir)
{
    private const string Tool = "promtool";

    // What it finds, and why it stays.
    private static readonly (string Finding, string Why)[] Exceptions = [];

    [Fact]
    public async Task The_metrics_of_every_process_are_as_Prometheus_wants_them()
    {
        Assert.SkipUnless(IsInstalled(), $"{Tool} is not installed; Debian's package prometheus has it.");
        using var gateway = await choir.Gateway();
        await RunningChoir.Converse(gateway, await RunningChoir.CreateThread(gateway), "Copper turns green where rain falls on it.");
        var findings = new HashSet<string>();
        foreach (var (_, text) in (await ScrapedMetrics.Of(gateway)).Texts)
        {
            findings.UnionWith(await Check(text));
        }

        var unexpected = findings.Where(finding => !Array.Exists(Exceptions, exception => Regex.IsMatch(finding, $"^{exception.Finding}$")));
        Assert.True(!unexpected.Any(), string.Join('\n', unexpected.Order(StringComparer.Ordinal)));
    }

    private static async Task<IReadOnlyList<string>> Check(string text)
    {
        using var process = Process.Start(new ProcessStartInfo(Tool, ["check", "metrics"])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var output = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.WriteAsync(text);
        process.StandardInput.Close();
        var told = string.Concat(await output);
        await process.WaitForExitAsync();

        // 1 is for a text that it cannot read, 3 for one that it finds fault with.
        Assert.True(process.ExitCode is 0 or 3, told);
        return told.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static bool IsInstalled()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(Tool, ["--version"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}

using System.Diagnostics;
using System.Globalization;
using Choir.LoadTest.Commands;
using Choir.LoadTest.Reports;
using Choir.Tests.Support;

namespace Choir.Tests.Integration.LoadTest;

/// <summary>What SIGHUP does, which a program gets when its terminal or SSH session is closed.</summary>
public sealed class HangUpTests : IDisposable
{
    private const string Profile = """
        users: 5
        warm-up: 0s
        rate: 10
        duration: 10m
        scenarios: [{ scenario: http, url: /work }]
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_load_test_whose_terminal_is_closed_writes_its_report()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no SIGHUP.");
        await using var gateway = await ScriptedGateway.StartAsync();
        using var process = await StartAsync(gateway, Profile, ignore: false);

        Assert.Equal(ProfileCommand.Interrupted, await EndAsync(process, "HUP"));
        Assert.True(File.Exists(Path.Combine(_folder.File("out"), ReportFiles.Html)));
        Assert.Single(gateway.Requests, "POST /load-tests");
    }

    [Fact]
    public async Task After_nohup_a_load_test_goes_on()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no SIGHUP.");
        await using var gateway = await ScriptedGateway.StartAsync();
        using var process = await StartAsync(gateway, Profile.Replace("10m", "5s", StringComparison.Ordinal), ignore: true);

        Assert.Equal(0, await EndAsync(process, "HUP"));
    }

    // Returns when the first operation was sent.
    private async Task<Process> StartAsync(ScriptedGateway gateway, string profile, bool ignore)
    {
        var file = _folder.File("profile.yaml");
        await File.WriteAllTextAsync(file, profile, TestContext.Current.CancellationToken);
        var start = new ProcessStartInfo("sh", [
            "-c", $"{(ignore ? "trap '' HUP; " : "")}exec dotnet \"$@\"", "sh", Path.Combine(AppContext.BaseDirectory, "Choir.LoadTest.dll"),
            "load", "--file", file, "--gateway", gateway.Address.AbsoluteUri, "--quiet", "--output", _folder.File("out"),
        ]);
        start.Environment["CHOIR_API_KEY"] = ScriptedGateway.Key;
        var process = Process.Start(start)!;
        try
        {
            await Eventually.HoldsAsync("an operation to be sent", () => Task.FromResult(gateway.Requests.Contains("GET /work")));
            return process;
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            process.Dispose();
            throw;
        }
    }

    private static async Task<int> EndAsync(Process process, string signal)
    {
        try
        {
            using var kill = Process.Start("sh", ["-c", string.Create(CultureInfo.InvariantCulture, $"kill -{signal} {process.Id}")]);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
            return process.ExitCode;
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}

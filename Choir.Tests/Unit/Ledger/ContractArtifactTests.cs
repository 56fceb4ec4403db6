using System.Diagnostics;

namespace Choir.Tests.Unit.Ledger;

public sealed class ContractArtifactTests
{
    [Fact]
    public async Task The_checked_in_artifact_equals_the_output_of_the_pinned_compiler()
    {
        var folder = Folder();
        if (!Directory.Exists(Path.Combine(folder, "node_modules", "solc")))
        {
            await RunAsync(folder, Npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"));
        }

        var compiled = await RunAsync(folder, new ProcessStartInfo("node", ["compile.mjs", "--print"]));
        var checkedIn = await File.ReadAllTextAsync(
            Path.Combine(folder, "ChoirLedger.json"), TestContext.Current.CancellationToken);
        Assert.Equal(checkedIn.ReplaceLineEndings("\n"), compiled.ReplaceLineEndings("\n"));
    }

    private static ProcessStartInfo Npm(params string[] arguments) => OperatingSystem.IsWindows()
        ? new ProcessStartInfo("cmd", ["/c", "npm", .. arguments])
        : new ProcessStartInfo("npm", arguments);

    private static async Task<string> RunAsync(string folder, ProcessStartInfo start)
    {
        start.WorkingDirectory = folder;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{start.FileName} ended with {process.ExitCode}: {errors}");
        return await output;
    }

    private static string Folder()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var folder = Path.Combine(at.FullName, "Choir.ActorHost", "Ledger", "Contract");
            if (File.Exists(Path.Combine(folder, "compile.mjs")))
            {
                return folder;
            }
        }

        throw new DirectoryNotFoundException("Choir.ActorHost/Ledger/Contract is not above the tests.");
    }
}

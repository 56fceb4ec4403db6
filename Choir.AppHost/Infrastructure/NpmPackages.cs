using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Choir.AppHost.Infrastructure.Data;

namespace Choir.AppHost.Infrastructure;

/// <summary>
/// npm packages that are pinned in a <c>package-lock.json</c> and installed on first use. Those of the AppHost are Postgres and
/// anvil, in <c>Infrastructure/npm</c>.
/// </summary>
/// <param name="directory">The folder that holds <c>package.json</c>.</param>
/// <param name="content">What the packages are, for a person.</param>
internal sealed class NpmPackages(string directory, string content)
{
    private static readonly TimeSpan InstallTimeout = TimeSpan.FromMinutes(10);
    private readonly string _modules = Path.Combine(directory, "node_modules");

    /// <summary>The packages of the app host in this folder.</summary>
    /// <param name="appHost">The folder of the app host.</param>
    /// <param name="wanted">What is wanted of them, for a person; the others are installed too.</param>
    public static NpmPackages Of(string appHost, string wanted = "Postgres and anvil") => new(Path.Combine(appHost, "Infrastructure", "npm"), wanted);

    /// <summary>The folder with Postgres' <c>bin</c>, <c>lib</c> and <c>share</c>.</summary>
    public string PostgresHome => Path.Combine(PostgresPackage, "native");

    public string Anvil => Path.Combine(
        _modules, "@foundry-rs", $"anvil-{Platform("win32")}-{Architecture("amd64")}", "bin",
        OperatingSystem.IsWindows() ? "anvil.exe" : "anvil");

    /// <summary>A hash that changes with any package.</summary>
    public string Version => LockHash()[..12];

    private string PostgresPackage =>
        Path.Combine(_modules, "@embedded-postgres", $"{Platform("windows")}-{Architecture("x64")}");

    private string Stamp => Path.Combine(_modules, ".choir-lock-hash");

    /// <summary>Installs the packages of the lock file unless they are installed.</summary>
    /// <exception cref="InfrastructureException">npm is missing or failed.</exception>
    public async Task EnsureInstalledAsync(CancellationToken cancellation)
    {
        var wanted = LockHash();
        if (IsInstalled(wanted))
        {
            return;
        }

        using var installLock = await FileLock.WaitAsync(Path.Combine(directory, ".install.lock"), InstallTimeout, cancellation);
        if (IsInstalled(wanted))
        {
            return;
        }

        await Progress.StepAsync($"Installing {content} with npm", () => InstallAsync(cancellation));
        await File.WriteAllTextAsync(Stamp, wanted, cancellation);
    }

    private bool IsInstalled(string wanted) => File.Exists(Stamp) && File.ReadAllText(Stamp) == wanted;

    private string LockHash() =>
        Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(directory, "package-lock.json"))));

    private async Task InstallAsync(CancellationToken cancellation)
    {
        var npm = Tool.Find("npm") is null ? null : OperatingSystem.IsWindows() ? "cmd" : "npm";
        if (npm is null)
        {
            throw new InfrastructureException(
                "npm was not found. Install Node.js 18 or later; or put Postgres 14 or later and anvil 1.0 or later on " +
                "the PATH; or start a container runtime.");
        }

        string[] install = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--prefer-offline",
            // An unreachable registry fails after two minutes instead of ten.
            "--fetch-timeout=60000", "--fetch-retries=1"];
        var result = await Tool.RunAsync(
            npm, OperatingSystem.IsWindows() ? ["/c", "npm", .. install] : install, InstallTimeout, cancellation, directory);
        if (!result.Succeeded)
        {
            throw new InfrastructureException(ToolFailure.OfNpm(result.ExitCode, result.Output, directory));
        }

        MakePostgresLinks();
    }

    /// <summary>
    /// An npm package cannot contain symbolic links. This one lists them for its install script, which is not run here.
    /// </summary>
    private void MakePostgresLinks()
    {
        var list = Path.Combine(PostgresHome, "pg-symlinks.json");
        if (!File.Exists(list))
        {
            return;
        }

        using var links = JsonDocument.Parse(File.ReadAllText(list));
        foreach (var link in links.RootElement.EnumerateArray())
        {
            var source = Path.Combine(PostgresPackage, link.GetProperty("source").GetString()!);
            var target = Path.Combine(PostgresPackage, link.GetProperty("target").GetString()!);
            if (File.Exists(target))
            {
                continue;
            }

            File.CreateSymbolicLink(target, Path.GetRelativePath(Path.GetDirectoryName(target)!, source));
        }
    }

    private static string Platform(string windows) =>
        OperatingSystem.IsWindows() ? windows : OperatingSystem.IsMacOS() ? "darwin" : "linux";

    private static string Architecture(string x64) =>
        RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? "arm64" : x64;
}

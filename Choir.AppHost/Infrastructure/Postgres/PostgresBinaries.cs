using System.Globalization;
using System.Text.RegularExpressions;

namespace Choir.AppHost.Infrastructure.Postgres;

/// <summary>The binaries of one Postgres version.</summary>
/// <param name="Folder">The folder that holds <c>postgres</c> and <c>initdb</c>.</param>
/// <param name="Major">The major version. Data can only be used with the major version that created it.</param>
/// <param name="Origin">The origin, shown to people.</param>
internal sealed partial record PostgresBinaries(string Folder, int Major, string Origin)
{
    private const int OldestMajor = 14;
    private const string DebianFolder = "/usr/lib/postgresql";
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    public string Server => Program(Folder, "postgres");

    public string InitDb => Program(Folder, "initdb");

    /// <summary>The installed versions in order of preference: the one on the PATH, then Debian's, newest first.</summary>
    public static async Task<IReadOnlyList<PostgresBinaries>> FindInstalledAsync(ServiceUser? user, CancellationToken cancellation)
    {
        var folders = new List<string>();
        if (Tool.Find("postgres") is { } onPath)
        {
            folders.Add(Path.GetDirectoryName(onPath)!);
        }

        if (Directory.Exists(DebianFolder))
        {
            folders.AddRange(Directory.EnumerateDirectories(DebianFolder)
                .OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), out var major) ? major : 0)
                .Select(folder => Path.Combine(folder, "bin")));
        }

        var found = new List<PostgresBinaries>();
        foreach (var folder in folders.Distinct())
        {
            if (await ProbeAsync(folder, folder, cancellation) is { Major: >= OldestMajor } binaries
                && (user is null || await user.CanReachAsync(binaries.Server, cancellation)))
            {
                found.Add(binaries);
            }
        }

        return found;
    }

    /// <summary>The binaries in a folder, or null if they are incomplete or do not print a version.</summary>
    public static async Task<PostgresBinaries?> ProbeAsync(string folder, string origin, CancellationToken cancellation)
    {
        if (!File.Exists(Program(folder, "postgres")) || !File.Exists(Program(folder, "initdb")))
        {
            return null;
        }

        var version = await Tool.RunAsync(Program(folder, "postgres"), ["--version"], Timeout, cancellation);
        return version.Succeeded && MajorIn(version.Output) is { } major ? new PostgresBinaries(folder, major, origin) : null;
    }

    /// <summary>The major version in the output of <c>postgres --version</c>.</summary>
    public static int? MajorIn(string output) =>
        VersionNumber().Match(output) is { Success: true } match
            ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
            : null;

    private static string Program(string folder, string name) =>
        Path.Combine(folder, OperatingSystem.IsWindows() ? name + ".exe" : name);

    [GeneratedRegex(@"PostgreSQL\) (\d+)")]
    private static partial Regex VersionNumber();
}

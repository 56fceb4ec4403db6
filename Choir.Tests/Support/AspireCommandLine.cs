using System.Diagnostics;

namespace Choir.Tests.Support;

/// <summary>
/// The Aspire command line in the repository's folder. It has a separate home directory, where it registers running AppHosts, so
/// that it does not find or stop another run. All its processes can be found by an environment variable. Disposing kills the
/// remaining ones.
/// </summary>
internal sealed class AspireCommandLine : IDisposable
{
    private const string Mark = "CHOIR_TEST_MARK";

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(6);

    private readonly string _mark = $"{Guid.NewGuid():N}";

    // Not a private folder, because Postgres' user needs access.
    private readonly DirectoryInfo _home = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"choir-test-{Guid.NewGuid():N}"));

    /// <summary>Creates a home directory with the packages and feeds of the current user.</summary>
    public AspireCommandLine()
    {
        Temporary = _home.CreateSubdirectory("tmp");
        var packages = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget");
        if (Directory.Exists(packages))
        {
            Directory.CreateSymbolicLink(Path.Combine(_home.FullName, ".nuget"), packages);
        }
    }

    /// <summary>The folder for temporary files of its processes.</summary>
    public DirectoryInfo Temporary { get; }

    /// <summary>All running processes that it has started.</summary>
    public IReadOnlyList<int> Running => Processes.WithVariable(Mark, _mark);

    /// <summary>Executes <c>dotnet aspire</c> with these arguments.</summary>
    /// <returns>The standard output of the successful command.</returns>
    public Task<string> RunAsync(string command, params string[] arguments) =>
        DotnetAsync("aspire", command, [.. arguments.TakeWhile(IsOwn), "--non-interactive", "--nologo", .. arguments.SkipWhile(IsOwn)]);

    /// <summary>Executes <c>dotnet</c> with these arguments.</summary>
    /// <inheritdoc cref="RunAsync"/>
    public async Task<string> DotnetAsync(string command, string subcommand, params string[] arguments)
    {
        // Redirected to files, because background processes would keep a pipe open.
        const string Script = """output=$1; shift; exec dotnet "$@" </dev/null >"$output.out" 2>"$output.err" """;
        var output = Path.Combine(_home.FullName, $"{Guid.NewGuid():N}");
        var start = new ProcessStartInfo("sh", ["-c", Script, "sh", output, command, subcommand, .. arguments])
        {
            WorkingDirectory = Path.GetDirectoryName(Projects.Choir_AppHost.ProjectPath.TrimEnd(Path.DirectorySeparatorChar))!,
            Environment =
            {
                [Mark] = _mark,
                ["HOME"] = _home.FullName,
                ["TMPDIR"] = Temporary.FullName,
                ["NO_COLOR"] = "1",

                // The tests' build configuration, for the inner "dotnet run".
                ["Configuration"] = Repository.Configuration,

                // Build servers of the SDK, which outlive the command that starts them.
                ["MSBUILDDISABLENODEREUSE"] = "1",
                ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0",
            },
        };
        using var process = Process.Start(start)!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Timeout);
        await process.WaitForExitAsync(limit.Token);
        var written = await File.ReadAllTextAsync($"{output}.out", CancellationToken.None);
        Assert.True(
            process.ExitCode == 0,
            $"dotnet {command} {subcommand} {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{written}\n{await File.ReadAllTextAsync($"{output}.err", CancellationToken.None)}");
        return written;
    }

    /// <summary>Waits until all its processes have exited.</summary>
    public Task IsGoneAsync() => Eventually.GivesAsync<object>(
        "everything that the command line has started to end",
        () => Task.FromResult<object?>(Running.Count == 0 ? this : null),
        explain: () => $". These run: {string.Join("; ", Running.Select(process => $"{process} {Processes.CommandOf(process)}"))}");

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Running is { Count: > 0 } left)
        {
            Processes.Signal("KILL", left);
        }

        // Deletes the link to the packages, not its target.
        _home.Delete(recursive: true);
    }

    // Arguments after "--" are passed to the AppHost.
    private static bool IsOwn(string argument) => argument != "--";
}

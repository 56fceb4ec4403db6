using System.Diagnostics;

namespace Choir.Tests.Support;

/// <summary>
/// The Aspire command line as people use it, in the repository's folder. It has a home of its own, because there it keeps what
/// runs: so it neither finds another run of the same AppHost nor stops it. Everything that it starts can be found by a variable
/// in its environment. Disposing this kills what is left.
/// </summary>
internal sealed class AspireCommandLine : IDisposable
{
    private const string Mark = "CHOIR_TEST_MARK";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);

    private readonly string _mark = $"{Guid.NewGuid():N}";

    // Not a private folder: Postgres' own user must enter it.
    private readonly DirectoryInfo _home = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"choir-test-{Guid.NewGuid():N}"));

    /// <summary>Makes a home with the packages and the feeds of the user who runs the tests.</summary>
    public AspireCommandLine()
    {
        Temporary = _home.CreateSubdirectory("tmp");
        var packages = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget");
        if (Directory.Exists(packages))
        {
            Directory.CreateSymbolicLink(Path.Combine(_home.FullName, ".nuget"), packages);
        }
    }

    /// <summary>Where what it starts keeps temporary files.</summary>
    public DirectoryInfo Temporary { get; }

    /// <summary>All that runs of what it has started.</summary>
    public IReadOnlyList<int> Running => Processes.WithVariable(Mark, _mark);

    /// <summary>Executes <c>dotnet aspire</c> with these arguments.</summary>
    /// <returns>What it wrote to its standard output, once it ended well.</returns>
    public Task<string> RunAsync(string command, params string[] arguments) =>
        DotnetAsync("aspire", command, [.. arguments.TakeWhile(IsOwn), "--non-interactive", "--nologo", .. arguments.SkipWhile(IsOwn)]);

    /// <summary>Executes <c>dotnet</c> with these arguments.</summary>
    /// <inheritdoc cref="RunAsync"/>
    public async Task<string> DotnetAsync(string command, string subcommand, params string[] arguments)
    {
        // To files: what stays in the background must not keep a pipe open that is read to its end.
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

                // The configuration that the tests were built in, for "dotnet run" inside.
                ["Configuration"] = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name,

                // Servers of the SDK, which rightly outlive the command that starts them.
                ["MSBUILDDISABLENODEREUSE"] = "1",
                ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0",
            },
        };
        using var process = Process.Start(start)!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        await process.WaitForExitAsync(patience.Token);
        var written = await File.ReadAllTextAsync($"{output}.out", CancellationToken.None);
        Assert.True(
            process.ExitCode == 0,
            $"dotnet {command} {subcommand} {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{written}\n{await File.ReadAllTextAsync($"{output}.err", CancellationToken.None)}");
        return written;
    }

    /// <summary>Waits until nothing of what it has started runs.</summary>
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

        // Not what the link to the packages leads to.
        _home.Delete(recursive: true);
    }

    // What follows "--" is the AppHost's.
    private static bool IsOwn(string argument) => argument != "--";
}

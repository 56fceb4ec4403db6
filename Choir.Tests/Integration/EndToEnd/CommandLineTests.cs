using System.Diagnostics;
using System.Text;
using Choir.AppHost;
using Choir.Tests.Support;

namespace Choir.Tests.Integration.EndToEnd;

/// <summary>The command line, <c>choir.cs</c>, as people use it.</summary>
public sealed class CommandLineTests : IDisposable
{
    private const string Mark = "CHOIR_TEST_MARK";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly string _mark = $"{Guid.NewGuid():N}";
    private readonly StringBuilder _output = new();
    private readonly DirectoryInfo _temporary;

    public CommandLineTests() =>
        // Not a private folder: Postgres' own user must enter it.
        _temporary = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"choir-test-{_mark}"));

    // Two processes are "./choir.cs up": the dotnet that runs the file, and the program that the file has become.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nothing_outlives_an_up_that_is_killed(bool killsRunner)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), Processes.Need);
        using var up = Start();
        await Eventually.Holds("Choir to be ready", () => Says("Choir is ready"), Patience);
        Assert.NotEmpty(Data());
        var started = Started();
        var program = Processes.ParentOf(started.Single(process => !started.Contains(Processes.ParentOf(process))));

        Processes.Signal("KILL", killsRunner ? up.Id : program);

        await Eventually.Holds(
            "everything that it started to end",
            () => Started().Count == 0 && up.HasExited && !Processes.WithVariable(Mark, _mark).Contains(program));
        // The app host was not killed as well: it has stopped as it does after Ctrl-C.
        Assert.Empty(Data());
    }

    [Fact]
    public async Task Nothing_is_left_by_an_up_that_ends_while_it_makes_ready()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), Processes.Need);
        using var up = Start();
        await Eventually.Holds("the database to be made", () => Says("Creating the database"), Patience);

        Processes.Signal("TERM", up.Id);

        await Eventually.Holds("everything to end", () => Started().Count == 0 && up.HasExited);
        Assert.Empty(Data());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (OperatingSystem.IsLinux() && Started() is { Count: > 0 } left)
        {
            Processes.Signal("KILL", left);
        }

        _temporary.Delete(recursive: true);
    }

    private DirectoryInfo[] Data() => _temporary.GetDirectories("choir-ephemeral-*");

    // The app host and all that it has started. A compiler server that dotnet may have started lives on, and should.
    private List<int> Started() =>
        [.. Processes.WithVariable(Mark, _mark).Intersect(Processes.WithVariable(Interruption.Variable, "1"))];

    private Process Start()
    {
        var start = new ProcessStartInfo(
            "dotnet",
            ["choir.cs", "--", "up", "--", "--infrastructure", "local", "--ephemeral", "--actor-hosts", "1", "--port", "0"])
        {
            WorkingDirectory = Path.GetDirectoryName(Projects.Choir_AppHost.ProjectPath)!,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[Mark] = _mark;
        start.Environment["TMPDIR"] = _temporary.FullName;
        var up = new Process { StartInfo = start };
        up.OutputDataReceived += (_, line) => Keep(line.Data);
        up.ErrorDataReceived += (_, line) => Keep(line.Data);
        up.Start();
        up.BeginOutputReadLine();
        up.BeginErrorReadLine();
        return up;

        void Keep(string? line)
        {
            lock (_output)
            {
                _output.AppendLine(line);
            }
        }
    }

    private bool Says(string text)
    {
        lock (_output)
        {
            return _output.ToString().Contains(text, StringComparison.Ordinal);
        }
    }
}

using System.Diagnostics;
using System.Text;
using Choir.AppHost;
using Choir.Tests.Support;

namespace Choir.Tests.Integration.EndToEnd;

/// <summary>The command line, <c>choir.cs</c>, as people use it.</summary>
public class CommandLineTests
{
    private const string Mark = "CHOIR_TEST_MARK";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    // Two processes are "./choir.cs up": the dotnet that runs the file, and the program that the file has become.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nothing_outlives_an_up_that_is_killed(bool killsRunner)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), Processes.Need);
        var mark = $"{Guid.NewGuid():N}";
        // Not a private folder: Postgres' own user must enter it.
        var temporary = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"choir-test-{mark}"));
        try
        {
            using var up = Start(mark, temporary.FullName, out var output);
            await Eventually.Holds("Choir to be ready", () => Says(output, "Choir is ready"), Patience);
            Assert.NotEmpty(temporary.GetDirectories("choir-ephemeral-*"));
            var started = Started(mark);
            var program = Processes.ParentOf(started.Single(process => !started.Contains(Processes.ParentOf(process))));

            Processes.Signal("KILL", killsRunner ? up.Id : program);

            await Eventually.Holds(
                "everything that it started to end",
                () => Started(mark).Count == 0 && up.HasExited && !Processes.WithVariable(Mark, mark).Contains(program));
            // Its data is gone: the app host was not killed as well, it has stopped as it does after Ctrl-C.
            Assert.Empty(temporary.GetDirectories("choir-ephemeral-*"));
        }
        finally
        {
            if (Started(mark) is { Count: > 0 } left)
            {
                Processes.Signal("KILL", left);
            }

            temporary.Delete(recursive: true);
        }
    }

    // The app host and all that it has started. A compiler server that dotnet may have started lives on, and should.
    private static List<int> Started(string mark) =>
        [.. Processes.WithVariable(Mark, mark).Intersect(Processes.WithVariable(Starter.Variable, "1"))];

    private static Process Start(string mark, string temporary, out StringBuilder output)
    {
        var repository = Path.GetDirectoryName(Projects.Choir_AppHost.ProjectPath)!;
        var start = new ProcessStartInfo(
            "dotnet",
            ["choir.cs", "--", "up", "--", "--infrastructure", "local", "--ephemeral", "--actor-hosts", "1", "--port", "0"])
        {
            WorkingDirectory = repository,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[Mark] = mark;
        start.Environment["TMPDIR"] = temporary;
        var lines = output = new StringBuilder();
        var up = new Process { StartInfo = start };
        up.OutputDataReceived += (_, line) => Keep(line.Data);
        up.ErrorDataReceived += (_, line) => Keep(line.Data);
        up.Start();
        up.BeginOutputReadLine();
        up.BeginErrorReadLine();
        return up;

        void Keep(string? line)
        {
            lock (lines)
            {
                lines.AppendLine(line);
            }
        }
    }

    private static bool Says(StringBuilder output, string text)
    {
        lock (output)
        {
            return output.ToString().Contains(text, StringComparison.Ordinal);
        }
    }
}

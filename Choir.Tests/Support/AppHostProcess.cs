using System.Diagnostics;
using System.Text;
using Choir.Tests.Unit.AppHost;

namespace Choir.Tests.Support;

/// <summary>
/// The AppHost started by <c>dotnet run --project Choir.AppHost</c> without a build, with separate data in a separate folder for
/// temporary files. All its processes can be found by an environment variable. Disposing kills the remaining ones.
/// </summary>
internal sealed class AppHostProcess : IDisposable
{
    private const string Mark = "CHOIR_TEST_MARK";

    private readonly string _mark = $"{Guid.NewGuid():N}";
    private readonly StringBuilder _output = new();
    private readonly Process _runner;

    private AppHostProcess(DirectoryInfo temporary, string? proxy, string[] arguments)
    {
        var start = new ProcessStartInfo(
            // A test run that was started with nohup ignores SIGHUP, and one in the background of a script SIGINT, and so would
            // its children.
            "env",
            [
                "--default-signal=HUP,INT", "dotnet", "run", "--no-build", "--configuration", Repository.Configuration, "--project", Projects.Choir_AppHost.ProjectPath, "--",
                "--infrastructure", "local", "--ephemeral", "--actor-hosts", "1", "--port", "0", .. AppHostModel.OwnServers, .. arguments,
            ])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[Mark] = _mark;
        start.Environment["TMPDIR"] = temporary.FullName;

        // Free ports for the dashboard too, because another run may use the default ones.
        start.Environment["DcpPublisher__RandomizePorts"] = "true";

        if (proxy is not null)
        {
            (start.Environment["http_proxy"], start.Environment["https_proxy"]) = (proxy, proxy);
            start.Environment.Remove("no_proxy");
            start.Environment.Remove("NO_PROXY");
        }

        // Build servers of the SDK, which outlive the command that starts them.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        _runner = new Process { StartInfo = start };
        _runner.OutputDataReceived += (_, line) => Keep(line.Data);
        _runner.ErrorDataReceived += (_, line) => Keep(line.Data);
        _runner.Start();
        _runner.BeginOutputReadLine();
        _runner.BeginErrorReadLine();
    }

    /// <summary>The process <c>dotnet run</c>.</summary>
    public int Runner => _runner.Id;

    /// <summary>The AppHost itself, a child process of <c>dotnet run</c>.</summary>
    public int Program => Running.Single(process => Processes.ParentOf(process) == Runner);

    /// <summary>The process of the orchestrator that starts and stops all others.</summary>
    public int Orchestrator => Running.Single(process => Processes.CommandOf(process).Contains(" run-controllers ", StringComparison.Ordinal));

    /// <summary>All running processes: these two, the orchestrator, the dashboard, the services and the infrastructure.</summary>
    public IReadOnlyList<int> Running => Processes.WithVariable(Mark, _mark);

    /// <summary>The output so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <param name="temporary">The folder for temporary files, accessible to Postgres' user.</param>
    /// <param name="proxy">The HTTP proxy of the environment variables; null for that of this process.</param>
    /// <param name="arguments">Further arguments.</param>
    public static AppHostProcess Start(DirectoryInfo temporary, string? proxy = null, params string[] arguments) => new(temporary, proxy, arguments);

    /// <summary>Waits until the output contains a text.</summary>
    public Task SaysAsync(string text, TimeSpan timeout) => Eventually.GivesAsync<object>(
        $"the AppHost to write \"{text}\"",
        () =>
        {
            Assert.False(_runner.HasExited, $"The AppHost has ended:\n{Output}");
            return Task.FromResult<object?>(Output.Contains(text, StringComparison.Ordinal) ? this : null);
        },
        timeout,
        () => $"\n{Output}");

    /// <summary>Waits until all processes have exited.</summary>
    public Task IsGoneAsync() => Eventually.GivesAsync<object>(
        "everything that the AppHost started to end",
        () => Task.FromResult<object?>(Running.Count == 0 && _runner.HasExited ? this : null),
        explain: () => $". These run: {string.Join("; ", Running.Select(process => $"{process} {Processes.CommandOf(process)}"))}\n{Output}");

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Running is { Count: > 0 } left)
        {
            Processes.Signal("KILL", left);
        }

        _runner.Dispose();
    }

    private void Keep(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }
}

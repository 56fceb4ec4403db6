using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Choir.Tests.Support;

/// <summary>A real Postgres on a free port with new data, stopped with this object or this process.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string User = "postgres";

    // Stops the server when its standard input is closed, also if this process is killed.
    private const string Guarded = """
        "$@" </dev/null & server=$!
        cat >/dev/null
        kill -INT $server
        wait $server
        """;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private readonly string _home;
    private readonly string[] _command;
    private readonly StringWriter _log = new();
    private Process _guard;
    private FrozenProcesses? _frozen;

    private PostgresServer(string home, string[] command, int port)
    {
        (_home, _command) = (home, command);
        _guard = Start();
        ConnectionString = $"Host=127.0.0.1;Port={port};Username={User};Database=postgres;Pooling=false";
    }

    /// <summary>The connection string of its database <c>postgres</c>.</summary>
    public string ConnectionString { get; }

    /// <summary>Creates the data, starts the server and waits until it answers.</summary>
    /// <param name="keepsCommits">Whether what was committed outlives <see cref="KillAsync"/>; slower.</param>
    /// <param name="disk">An existing folder in which to keep the data, on a small disk; null: the temporary folder.</param>
    public static async Task<PostgresServer> StartAsync(bool keepsCommits = false, string? disk = null)
    {
        var home = disk is null
            ? Directory.CreateTempSubdirectory("choir-postgres-").FullName
            : Directory.CreateDirectory(Path.Combine(disk, "postgres")).FullName;
        try
        {
            var binaries = await PostgresFiles.FindAsync(home);
            var asUser = PostgresFiles.UserPrefix();
            if (asUser.Length > 0)
            {
                await PostgresFiles.RunAsync("chown", ["-R", PostgresFiles.UserName(), home]);
            }

            var data = Path.Combine(home, "data");
            string[] locale = OperatingSystem.IsLinux() ? ["--locale=C.UTF-8"] : [];
            await PostgresFiles.RunAsync(
                asUser.Append(Path.Combine(binaries, "initdb")).ToArray(),
                ["-D", data, "-U", User, "-A", "trust", "-E", "UTF8", "--no-sync", "--no-instructions", .. locale]);
            var port = Loopback.FreePort();
            string[] command =
            [
                .. asUser, Path.Combine(binaries, "postgres"), "-D", data, "-p", port.ToString(CultureInfo.InvariantCulture),
                "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "max_connections=200",
                "-c", disk is null ? "max_wal_size=1GB" : "max_wal_size=64MB", "-c", "fsync=off", "-c", "full_page_writes=off", "-c", keepsCommits ? "synchronous_commit=on" : "synchronous_commit=off",
            ];
            var server = new PostgresServer(home, command, port);
            await server.WaitUntilItAnswersAsync();
            return server;
        }
        catch
        {
            Directory.Delete(home, recursive: true);
            throw;
        }
    }

    /// <summary>Freezes the server and all its processes (SIGSTOP): it accepts connections but does not answer.</summary>
    public void Freeze() => _frozen = Processes.Freeze(ProcessId);

    /// <summary>Kills the server and all its processes (SIGKILL).</summary>
    public async Task KillAsync()
    {
        Processes.Signal("KILL", Processes.Tree(ProcessId));
        _guard.StandardInput.Close();
        await _guard.WaitForExitAsync().WaitAsync(Timeout);
    }

    /// <summary>Starts the server again if it has ended by itself, and waits until it answers.</summary>
    public async Task EnsureRunsAsync()
    {
        if (File.Exists(ProcessIdFile) && !Processes.HasEnded(ProcessId))
        {
            await WaitUntilItAnswersAsync();
            return;
        }

        _guard.StandardInput.Close();
        await _guard.WaitForExitAsync().WaitAsync(Timeout);
        await StartAgainAsync();
    }

    /// <summary>Starts a killed server again, with its data and on its port, and waits until it answers.</summary>
    public async Task StartAgainAsync()
    {
        _guard.Dispose();
        _guard = Start();
        await WaitUntilItAnswersAsync();
    }

    /// <summary>Continues a frozen server.</summary>
    public void Continue()
    {
        _frozen?.Dispose();
        _frozen = null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Continue();
        _guard.StandardInput.Close();
        await _guard.WaitForExitAsync().WaitAsync(Timeout);
        _guard.Dispose();
        Directory.Delete(_home, recursive: true);
    }

    private string ProcessIdFile => Path.Combine(_home, "data", "postmaster.pid");

    private int ProcessId => int.Parse(File.ReadLines(ProcessIdFile).First(), CultureInfo.InvariantCulture);

    private Process Start()
    {
        var guard = Process.Start(new ProcessStartInfo("sh", ["-c", Guarded, "sh", .. _command])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _home,
        })!;
        guard.OutputDataReceived += (_, line) => Keep(line.Data);
        guard.ErrorDataReceived += (_, line) => Keep(line.Data);
        guard.BeginOutputReadLine();
        guard.BeginErrorReadLine();
        return guard;
    }

    private void Keep(string? line)
    {
        lock (_log)
        {
            _log.WriteLine(line);
        }
    }

    private async Task WaitUntilItAnswersAsync()
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection(ConnectionString);
                await connection.OpenAsync();
                return;
            }
            catch (NpgsqlException e)
            {
                if (_guard.HasExited || Stopwatch.GetElapsedTime(started) > Timeout)
                {
                    _guard.StandardInput.Close();
                    lock (_log)
                    {
                        throw new InvalidOperationException($"Postgres did not start within {Timeout}: {e.Message}\n{_log}");
                    }
                }
            }

#pragma warning disable RS0030 // Runs outside of any test, which Eventually needs.
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
#pragma warning restore RS0030
        }
    }
}

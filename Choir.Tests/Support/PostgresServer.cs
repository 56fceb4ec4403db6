using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
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

    private readonly Process _guard;
    private readonly string _home;
    private FrozenProcesses? _frozen;

    private PostgresServer(Process guard, string home, int port)
    {
        (_guard, _home) = (guard, home);
        ConnectionString = $"Host=127.0.0.1;Port={port};Username={User};Database=postgres;Pooling=false";
    }

    /// <summary>The connection string of its database <c>postgres</c>.</summary>
    public string ConnectionString { get; }

    /// <summary>Creates the data, starts the server and waits until it answers.</summary>
    public static async Task<PostgresServer> StartAsync()
    {
        var home = Directory.CreateTempSubdirectory("choir-postgres-").FullName;
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
            var port = FreePort();
            string[] command =
            [
                .. asUser, Path.Combine(binaries, "postgres"), "-D", data, "-p", port.ToString(CultureInfo.InvariantCulture),
                "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "max_connections=200",
                "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off",
            ];
            var guard = Process.Start(new ProcessStartInfo("sh", ["-c", Guarded, "sh", .. command])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = home,
            })!;
            var log = new StringWriter();
            guard.OutputDataReceived += (_, line) => Keep(line.Data);
            guard.ErrorDataReceived += (_, line) => Keep(line.Data);
            guard.BeginOutputReadLine();
            guard.BeginErrorReadLine();
            var server = new PostgresServer(guard, home, port);
            await server.WaitUntilItAnswersAsync(log);
            return server;

            void Keep(string? line)
            {
                lock (log)
                {
                    log.WriteLine(line);
                }
            }
        }
        catch
        {
            Directory.Delete(home, recursive: true);
            throw;
        }
    }

    /// <summary>Freezes the server and all its processes (SIGSTOP): it accepts connections but does not answer.</summary>
    public void Freeze() =>
        _frozen = Processes.Freeze(
            int.Parse(File.ReadLines(Path.Combine(_home, "data", "postmaster.pid")).First(), CultureInfo.InvariantCulture));

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

    private async Task WaitUntilItAnswersAsync(StringWriter log)
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
                    lock (log)
                    {
                        throw new InvalidOperationException($"Postgres did not start within {Timeout}: {e.Message}\n{log}");
                    }
                }
            }

#pragma warning disable RS0030 // Runs outside of any test, which Eventually needs.
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
#pragma warning restore RS0030
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

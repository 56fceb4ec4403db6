using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Choir.Tests.Support.Hostile;

/// <summary>A real PgBouncer before a real Postgres.</summary>
internal sealed class PgBouncerServer : IAsyncDisposable
{
    /// <summary>The reason for skipping a test.</summary>
    public const string Need = "The program pgbouncer is not installed.";

    private static readonly string[] Places = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/opt/homebrew/bin/pgbouncer"];

    private readonly Process _process;
    private readonly string _home;

    private PgBouncerServer(Process process, string home, string connectionString) =>
        (_process, _home, ConnectionString) = (process, home, connectionString);

    /// <summary>Whether the program is installed.</summary>
    public static bool IsInstalled => Array.Exists(Places, File.Exists);

    /// <summary>The way to the database through it.</summary>
    public string ConnectionString { get; }

    /// <summary>Starts it and waits until it answers.</summary>
    /// <param name="connectionString">The database.</param>
    /// <param name="mode"><c>transaction</c> or <c>session</c>.</param>
    /// <param name="sessions">The number of its sessions of the server.</param>
    public static async Task<PgBouncerServer> StartAsync(string connectionString, string mode, int sessions = 5)
    {
        var server = new NpgsqlConnectionStringBuilder(connectionString);
        var port = Loopback.FreePort();
        var home = Directory.CreateTempSubdirectory("choir-pgbouncer-").FullName;
        var users = Path.Combine(home, "users.txt");
        await File.WriteAllTextAsync(users, $"\"{server.Username}\" \"\"\n");
        var settings = Path.Combine(home, "pgbouncer.ini");
        await File.WriteAllTextAsync(settings, $"""
            [databases]
            * = host={server.Host} port={server.Port}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {port}
            unix_socket_dir =
            auth_type = trust
            auth_file = {users}
            pool_mode = {mode}
            default_pool_size = {sessions}
            ignore_startup_parameters = extra_float_digits

            """);
        var asUser = PostgresFiles.UserPrefix();
        if (asUser.Length > 0)
        {
            await PostgresFiles.RunAsync("chown", ["-R", PostgresFiles.UserName(), home]);
        }

        string[] command = [.. asUser, Array.Find(Places, File.Exists)!, "-q", settings];
        var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = home })!;
        server.Host = "127.0.0.1";
        server.Port = port;
        var started = new PgBouncerServer(process, home, server.ConnectionString);
        await Eventually.HoldsAsync("pgbouncer to answer", () => started.AnswersAsync());
        return started;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_home, recursive: true);
    }

    private async Task<bool> AnswersAsync()
    {
        Assert.False(_process.HasExited, "pgbouncer has ended.");
        try
        {
            await using var connection = new NpgsqlConnection(
                new NpgsqlConnectionStringBuilder(ConnectionString) { Pooling = false }.ConnectionString);
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}

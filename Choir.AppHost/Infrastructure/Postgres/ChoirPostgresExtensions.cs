using System.Globalization;
using Choir.AppHost.Infrastructure.External;
using Microsoft.Extensions.Configuration;

namespace Choir.AppHost.Infrastructure.Postgres;

/// <summary>Adds Choir's database, as a container or as a local process.</summary>
internal static class ChoirPostgresExtensions
{
    /// <summary>The services' setting of the maximum size of their connection pools.</summary>
    private const string PerServiceSetting = "Storage:MaxConnections";

    private const int DefaultPerService = 20;

    /// <summary>For health checks, migrations, psql, and the connections that Postgres reserves for superusers.</summary>
    private const int SpareConnections = 20;

    /// <summary>The server's limit: full pools for each actor host and the gateway, plus <see cref="SpareConnections"/>.</summary>
    /// <param name="actorHosts">The number of actor hosts.</param>
    /// <param name="configuration">May have the services' setting. They report a wrong value.</param>
    public static int MaxConnections(int actorHosts, IConfiguration configuration) =>
        ((actorHosts + 1) * (int.TryParse(configuration[PerServiceSetting], CultureInfo.InvariantCulture, out var set) && set > 0 ? set : DefaultPerService))
        + SpareConnections;

    /// <summary>Adds the existing database, or a Postgres server with one database.</summary>
    /// <param name="builder">The model.</param>
    /// <param name="name">The server's name.</param>
    /// <param name="database">The database's name.</param>
    /// <param name="infrastructure">The kind of infrastructure.</param>
    /// <returns>The database.</returns>
    public static IResourceBuilder<IResourceWithConnectionString> AddChoirPostgres(
        this IDistributedApplicationBuilder builder, string name, string database, ChoirInfrastructure infrastructure) =>
        infrastructure.External.Database is { } existing ? builder.AddExternalPostgres(name, database, existing)
        : infrastructure.Kind == InfrastructureKind.Local ? builder.AddLocalPostgres(name, database, infrastructure)
        : builder.AddPostgresContainer(name, database, infrastructure);

    private static IResourceBuilder<PostgresDatabaseResource> AddPostgresContainer(
        this IDistributedApplicationBuilder builder, string name, string database, ChoirInfrastructure infrastructure)
    {
        // Persistent data needs a persistent password, which is stored beside it.
        var home = infrastructure is { DataPath: { } data, Options.Ephemeral: false }
            ? Directory.CreateDirectory(Path.Combine(data, "containers")).FullName
            : null;
        var password = home is null
            ? null
            : builder.AddPostgresPassword(() => new PostgresCluster(home).ReadOrCreatePassword());
        var postgres = builder.AddPostgres(name, password: password)
            .WithArgs("-c", $"max_connections={MaxConnections(infrastructure.Options.ActorHosts, builder.Configuration)}");
        if (home is not null)
        {
            postgres.WithDataBindMount(Directory.CreateDirectory(Path.Combine(home, "data")).FullName);
        }

        return postgres.AddDatabase(database);
    }

    /// <summary>Adds the password as a parameter that is read on first use.</summary>
    internal static IResourceBuilder<ParameterResource> AddPostgresPassword(
        this IDistributedApplicationBuilder builder, Func<string> read) =>
        builder.AddParameter("postgres-password", read, secret: true)
            .WithDescription("The password of Postgres' user `postgres`. Choir generates it and stores it beside the data.", enableMarkdown: true);
}

using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Aspire.Hosting;

/// <summary>Postgres in a container.</summary>
public static class PostgresBuilderExtensions
{
    private const string Image = "docker.io/library/postgres";
    private const string Tag = "18.3";
    private const string DataFolder = "/var/lib/postgresql";
    private const int ServerPort = 5432;

    /// <summary>Adds a server. Its password is made up if none is given.</summary>
    public static IResourceBuilder<PostgresServerResource> AddPostgres(this IDistributedApplicationBuilder builder,
        [ResourceName] string name, IResourceBuilder<ParameterResource>? userName = null,
        IResourceBuilder<ParameterResource>? password = null, int? port = null)
    {
        // The made-up password is kept: with a data volume the server knows only its first one.
        password ??= builder.AddParameter($"{name}-password", new GenerateParameterDefault { MinLength = 22, Special = false },
            secret: true, persist: true);
        var server = builder.AddResource(new PostgresServerResource(name, userName?.Resource, password.Resource));
        return server.WithImage(Image, Tag)
            .WithEndpoint(port: port, targetPort: ServerPort, name: PostgresServerResource.EndpointName)
            .WithEnvironment("POSTGRES_HOST_AUTH_METHOD", "scram-sha-256")
            .WithEnvironment("POSTGRES_INITDB_ARGS", "--auth-host=scram-sha-256 --auth-local=scram-sha-256")
            .WithEnvironment("POSTGRES_USER", server.Resource.UserNameReference)
            .WithEnvironment("POSTGRES_PASSWORD", server.Resource.PasswordParameter)
            .WithCheck(server.Resource)
            .OnResourceReady(async (_, @event, cancel) =>
            {
                foreach (var database in builder.Resources.OfType<PostgresDatabaseResource>().Where(d => d.Parent == server.Resource))
                    await Create(database, @event.Services, cancel);
            });
    }

    /// <summary>Adds a database. It is created when the server is ready, if it is not there.</summary>
    public static IResourceBuilder<PostgresDatabaseResource> AddDatabase(this IResourceBuilder<PostgresServerResource> builder,
        [ResourceName] string name, string? databaseName = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var database = new PostgresDatabaseResource(name, databaseName ?? name, builder.Resource);
        return builder.ApplicationBuilder.AddResource(database).WithCheck(database);
    }

    /// <summary>Keeps the data in a folder.</summary>
    public static IResourceBuilder<PostgresServerResource> WithDataBindMount(
        this IResourceBuilder<PostgresServerResource> builder, string source, bool isReadOnly = false) =>
        builder.WithBindMount(source, DataFolder, isReadOnly);

    private static IResourceBuilder<T> WithCheck<T>(this IResourceBuilder<T> builder, IResourceWithConnectionString database)
        where T : IResource
    {
        var key = $"{builder.Resource.Name}_check";
        builder.ApplicationBuilder.Services.AddHealthChecks().AddAsyncCheck(key, async cancel =>
        {
            try
            {
                await Execute(await database.GetConnectionStringAsync(cancel), "SELECT 1", cancel);
                return HealthCheckResult.Healthy();
            }
            catch (Exception e) when (e is NpgsqlException or InvalidOperationException or TimeoutException)
            {
                return HealthCheckResult.Unhealthy(e.Message);
            }
        });
        return builder.WithHealthCheck(key);
    }

    private static async Task Create(PostgresDatabaseResource database, IServiceProvider services, CancellationToken cancel)
    {
        try
        {
            var name = database.DatabaseName.Replace("\"", "\"\"", StringComparison.Ordinal);
            var server = await ((IResourceWithConnectionString)database.Parent).GetConnectionStringAsync(cancel);
            await Execute(server, $"CREATE DATABASE \"{name}\"", cancel);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DuplicateDatabase)
        {
            // It is there from an earlier run.
        }
        catch (NpgsqlException e)
        {
            services.GetRequiredService<ResourceLoggerService>().GetLogger(database).DatabaseNotCreated(e, database.DatabaseName);
        }
    }

    private static async Task Execute(string? connectionString, string sql, CancellationToken cancel)
    {
        // Not pooled: an idle connection would hold up the server's orderly shutdown.
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, Timeout = 5 };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(cancel);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancel);
    }
}

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Choir.AppHost.Infrastructure;

/// <summary>What the services stand on, the same however it is run.</summary>
/// <param name="Database">The database <c>choir</c>.</param>
/// <param name="Ethereum">The node; its endpoint <c>http</c> speaks JSON-RPC.</param>
internal sealed record ChoirInfrastructure(
    IResourceBuilder<IResourceWithConnectionString> Database, IResourceBuilder<IResourceWithEndpoints> Ethereum)
{
    /// <summary>Where this run keeps its data; none when publishing.</summary>
    public DataDirectory? Data { get; private init; }

    public const string DatabaseName = "choir";
    public const string PostgresName = "postgres";
    public const string EthereumName = "ethereum";
    public const string HttpEndpoint = "http";

    /// <summary>Connections that a service's pool may hold.</summary>
    private const int ConnectionsPerService = 20;

    /// <summary>For health checks, migrations, a person with psql, and what Postgres keeps for its superuser.</summary>
    private const int SpareConnections = 20;

    /// <summary>The server's limit: a full pool for each actor host and the gateway, and some to spare.</summary>
    public static int MaxConnections(int actorHosts) => (actorHosts + 1) * ConnectionsPerService + SpareConnections;

    /// <summary>Adds Postgres and the node to the model, after making ready what they need to start.</summary>
    /// <exception cref="InfrastructureException">They cannot be had here.</exception>
    public static async Task<ChoirInfrastructure> AddAsync(IDistributedApplicationBuilder builder, AppHostOptions options)
    {
        if (builder.ExecutionContext.IsPublishMode) return ContainerInfrastructure.Add(builder, options, data: null);

        var kind = await ContainerRuntime.ChooseAsync(options.Infrastructure);
        var user = kind == InfrastructureKind.Local ? ServiceUser.Find() : null;
        var data = await OpenDataAsync(builder.AppHostDirectory, options, user);
        // Through a factory, so that the host disposes it even if it never starts.
        builder.Services.AddSingleton(_ => data);
        builder.Services.AddHostedService(services => services.GetRequiredService<DataDirectory>());
        try
        {
            var added = kind == InfrastructureKind.Local
                ? await LocalInfrastructure.AddAsync(builder, options, data, user)
                : ContainerInfrastructure.Add(builder, options, data);
            return added with { Data = data };
        }
        catch
        {
            // There will be no host.
            data.Dispose();
            throw;
        }
    }

    private static async Task<DataDirectory> OpenDataAsync(string appHost, AppHostOptions options, ServiceUser? user)
    {
        if (!options.Ephemeral) return await DataDirectory.OpenAsync(Path.GetFullPath(Path.Combine(appHost, "..", ".data")));
        var temporary = Path.GetTempPath();
        return await DataDirectory.CreateEphemeralAsync(
            user is null || await user.CanReachAsync(temporary) ? temporary : "/tmp");
    }
}

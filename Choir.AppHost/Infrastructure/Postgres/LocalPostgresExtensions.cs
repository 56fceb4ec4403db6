using Choir.AppHost.Infrastructure.Data;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Choir.AppHost.Infrastructure.Postgres;

/// <summary>Adds Postgres as a local process, which needs no container runtime.</summary>
internal static class LocalPostgresExtensions
{
    /// <summary>Adds the server and its database. The binaries and the data are prepared before anything starts.</summary>
    public static IResourceBuilder<LocalDatabaseResource> AddLocalPostgres(
        this IDistributedApplicationBuilder builder, string name, string database, ChoirInfrastructure infrastructure)
    {
        var setup = new LocalPostgresSetup(builder.AppHostDirectory, infrastructure);
        var password = builder.AddPostgresPassword(() => setup.Cluster.ReadOrCreatePassword());
        var server = new LocalPostgresResource(name, password.Resource);
        builder.Eventing.Subscribe<BeforeStartEvent>(async (_, cancellation) =>
            server.Run(await setup.PrepareAsync(database, cancellation), setup.Cluster.Data, infrastructure.User));

        var postgres = builder.AddResource(server)
            .WithEndpoint(scheme: "tcp", name: LocalPostgresResource.EndpointName)
            .WithArgs(context =>
            {
                foreach (var argument in server.CommandPrefix)
                {
                    context.Args.Add(argument);
                }

                foreach (var argument in ServerArguments(setup.Cluster.Data, infrastructure.Options, builder.Configuration))
                {
                    context.Args.Add(argument);
                }

                context.Args.Add("-p");
                context.Args.Add(server.ListeningPort);
            })
            .WithDatabaseHealthCheck("postgres");
        // Aspire copies a parent's state to its children for containers only, so it is done here.
        var choir = new LocalDatabaseResource(database, server);
        postgres.OnResourceReady((_, ready, _) => ready.Services.GetRequiredService<ResourceNotificationService>()
            .PublishUpdateAsync(choir, snapshot => snapshot with { State = KnownResourceStates.Running }));
        postgres.OnResourceStopped((_, stopped, _) => stopped.Services.GetRequiredService<ResourceNotificationService>()
            .PublishUpdateAsync(choir, snapshot => snapshot with { State = stopped.ResourceEvent.Snapshot.State }));
        return builder.AddResource(choir).WithDatabaseHealthCheck();
    }

    private static string[] ServerArguments(string directory, AppHostOptions options, IConfiguration configuration) =>
    [
        "-D", directory,
        "-c", "listen_addresses=localhost",
        "-c", "unix_socket_directories=",
        "-c", $"max_connections={ChoirPostgresExtensions.MaxConnections(options.ActorHosts, configuration)}",
        "-c", "log_checkpoints=off",
        // Ephemeral data need not survive a power failure.
        .. options.Ephemeral ? new[] { "-c", "fsync=off", "-c", "full_page_writes=off" } : [],
    ];
}

using Choir.AppHost.Infrastructure.Data;
using Microsoft.Extensions.DependencyInjection;

namespace Choir.AppHost.Infrastructure.Postgres;

/// <summary>Postgres as a process of this machine, so that no container runtime is needed.</summary>
internal static class LocalPostgresExtensions
{
    /// <summary>Adds the server and its database. What they need is installed and created before anything starts.</summary>
    public static IResourceBuilder<LocalDatabaseResource> AddLocalPostgres(
        this IDistributedApplicationBuilder builder, string name, string database, ChoirInfrastructure infrastructure)
    {
        var setup = new LocalPostgresSetup(builder.AppHostDirectory, infrastructure);
        var password = builder.AddPostgresPassword(() => setup.Cluster.ReadOrMakePassword());
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

                foreach (var argument in ServerArguments(setup.Cluster.Data, infrastructure.Options))
                {
                    context.Args.Add(argument);
                }

                context.Args.Add("-p");
                context.Args.Add(server.ListeningPort);
            })
            .WithDatabaseHealthCheck("postgres");
        // Aspire copies the state of a parent to its children for containers only, so it is done here for the server.
        var choir = new LocalDatabaseResource(database, server);
        postgres.OnResourceReady((_, ready, _) => ready.Services.GetRequiredService<ResourceNotificationService>()
            .PublishUpdateAsync(choir, snapshot => snapshot with { State = KnownResourceStates.Running }));
        return builder.AddResource(choir).WithDatabaseHealthCheck();
    }

    private static string[] ServerArguments(string directory, AppHostOptions options) =>
    [
        "-D", directory,
        "-c", "listen_addresses=localhost",
        "-c", "unix_socket_directories=",
        "-c", $"max_connections={ChoirPostgresExtensions.MaxConnections(options.ActorHosts)}",
        "-c", "log_checkpoints=off",
        // Data that nobody will read again need not survive a power cut.
        .. options.Ephemeral ? new[] { "-c", "fsync=off", "-c", "full_page_writes=off" } : [],
    ];
}

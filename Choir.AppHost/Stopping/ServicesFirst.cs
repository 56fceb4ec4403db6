using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Choir.AppHost.Stopping;

/// <summary>
/// Stops the services before all other resources. The orchestrator stops all resources at once, but a service whose database
/// has already stopped cannot leave its cluster and takes many seconds to stop.
/// </summary>
/// <param name="services">The services to stop.</param>
/// <param name="commands">Runs the stop command of a replica.</param>
/// <param name="states">Reports when they have stopped.</param>
/// <param name="time">The clock.</param>
internal sealed class ServicesFirst(
    IReadOnlyList<IResource> services, ResourceCommandService commands, ResourceNotificationService states, TimeProvider time)
    : IHostedLifecycleService
{
    /// <summary>The time that each replica has. One that takes longer is stopped together with the other resources.</summary>
    internal static readonly TimeSpan Timeout = TimeSpan.FromSeconds(4);

    /// <summary>Called before any hosted service stops, including the orchestrator.</summary>
    public Task StoppingAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(services.Select(service => StopReplicasAsync(service, cancellationToken)));

    // Sequentially, because two hosts that leave a cluster at the same time wait for each other's answers.
    private async Task StopReplicasAsync(IResource service, CancellationToken cancellation)
    {
        var replicas = new HashSet<string>(StringComparer.Ordinal);
        await WithinLimitAsync(limit => Replicas.FindAsync(states, service, replicas, limit), cancellation);
        foreach (var replica in replicas.ToArray())
        {
            // The command polls once a second; the resource's state changes at once.
            await WithinLimitAsync(
                async limit => await await Task.WhenAny(
                    commands.ExecuteCommandAsync(replica, KnownResourceCommands.StopCommand, limit),
                    states.WaitForResourceAsync(service.Name, change => change.ResourceId == replica && HasEnded(change), limit)),
                cancellation);
        }
    }

    private async Task WithinLimitAsync(Func<CancellationToken, Task> action, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(Timeout, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        try
        {
            await action(limit.Token).WaitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            // The orchestrator stops what is left.
        }
    }

    private static bool HasEnded(ResourceEvent change) =>
        change.Snapshot.State?.Text is { } state && KnownResourceStates.TerminalStates.Contains(state);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

internal static class StoppingExtensions
{
    /// <summary>Stops these services before all other resources. The app host then exits after all its processes have ended.</summary>
    public static void StopServicesFirst(this IDistributedApplicationBuilder builder, params IReadOnlyList<IResourceBuilder<ProjectResource>> services)
    {
        if (builder.ExecutionContext.IsPublishMode)
        {
            return;
        }

        builder.Configuration["DcpPublisher:WaitForResourceCleanup"] = "true";
        if (Assembly.GetEntryAssembly() == typeof(OrchestratorEnd).Assembly)
        {
            builder.Services.AddHostedService<OrchestratorEnd>();
        }

        builder.Services.AddHostedService(provider => new ServicesFirst(
            [.. services.Select(service => service.Resource)], provider.GetRequiredService<ResourceCommandService>(),
            provider.GetRequiredService<ResourceNotificationService>(), TimeProvider.System));
    }
}

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
internal sealed class ServicesFirst(
    IReadOnlyList<IResource> services, ResourceCommandService commands, ResourceNotificationService states) : IHostedLifecycleService
{
    /// <summary>Services that take longer are stopped together with the other resources.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(4);

    /// <summary>Called before any hosted service stops, including the orchestrator.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Timeout);
        try
        {
            await Task.WhenAll(services.Select(service => StopReplicasAsync(service, limit.Token)));
        }
        catch (OperationCanceledException)
        {
            // The orchestrator stops the remaining services.
        }
    }

    // Sequentially, because two hosts that leave a cluster at the same time wait for each other's answers.
    private async Task StopReplicasAsync(IResource service, CancellationToken cancellation)
    {
        foreach (var replica in await ReplicasAsync(service, cancellation))
        {
            // The command polls once a second; the resource's state changes at once.
            await await Task.WhenAny(
                commands.ExecuteCommandAsync(replica, KnownResourceCommands.StopCommand, cancellation),
                states.WaitForResourceAsync(service.Name, change => change.ResourceId == replica && HasEnded(change), cancellation));
        }
    }

    private async Task<IReadOnlyList<string>> ReplicasAsync(IResource service, CancellationToken cancellation)
    {
        var expected = service is ProjectResource project ? project.GetReplicaCount() : 1;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var change in states.WatchAsync(cancellation))
        {
            if (change.Resource == service && seen.Add(change.ResourceId) && seen.Count == expected)
            {
                break;
            }
        }

        return [.. seen];
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
        builder.Services.AddHostedService(provider => new ServicesFirst(
            [.. services.Select(service => service.Resource)], provider.GetRequiredService<ResourceCommandService>(),
            provider.GetRequiredService<ResourceNotificationService>()));
    }
}

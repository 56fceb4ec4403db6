using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Choir.AppHost.Stopping;

/// <summary>
/// Stops the services before anything else stops. The orchestrator stops all resources at once: a service
/// whose database has gone before it cannot leave its cluster, and takes many seconds to find out.
/// </summary>
/// <param name="services">The services to stop.</param>
/// <param name="commands">Stops a replica.</param>
/// <param name="states">Tells when they have ended.</param>
internal sealed class ServicesFirst(
    IReadOnlyList<IResource> services, ResourceCommandService commands, ResourceNotificationService states) : IHostedLifecycleService
{
    /// <summary>A service that takes longer is stopped with everything else.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(4);

    /// <summary>Called before any part of the host stops, the orchestrator among them.</summary>
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
            // The orchestrator stops what is left.
        }
    }

    // One replica after another: two hosts that leave a cluster at the same time wait for each other's answers.
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

/// <summary>How a run ends.</summary>
internal static class StoppingExtensions
{
    /// <summary>Stops these services before everything else, and ends the app host only when all that it has started has ended.</summary>
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

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Choir.AppHost.Stopping;

/// <summary>
/// Stops the services, in the order given, before anything else stops. The orchestrator stops all resources at once: a service
/// whose database has gone before it cannot leave its cluster, and takes many seconds to find out.
/// </summary>
/// <param name="services">The services to stop, first to last.</param>
/// <param name="commands">Stops a resource, all of its replicas at once.</param>
internal sealed class ServicesFirst(IReadOnlyList<IResource> services, ResourceCommandService commands) : IHostedLifecycleService
{
    /// <summary>A service that takes longer is stopped with everything else.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(4);

    /// <summary>Called before any part of the host stops, the orchestrator among them.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Timeout);
        foreach (var service in services)
        {
            try
            {
                await commands.ExecuteCommandAsync(service, KnownResourceCommands.StopCommand, limit.Token);
            }
            catch (OperationCanceledException)
            {
                // The orchestrator stops what is left.
                return;
            }
        }
    }

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
        if (builder.ExecutionContext.IsPublishMode) return;
        builder.Configuration["DcpPublisher:WaitForResourceCleanup"] = "true";
        builder.Services.AddHostedService(provider => new ServicesFirst(
            [.. services.Select(service => service.Resource)], provider.GetRequiredService<ResourceCommandService>()));
    }
}

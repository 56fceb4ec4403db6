using Choir.AppHost.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Choir.AppHost;

/// <summary>
/// Says on the terminal that a service has failed: all its replicas have ended by themselves, for example because of a wrong
/// setting. Otherwise the terminal would stay silent, because what depends on the service waits for it.
/// </summary>
/// <param name="services">The services.</param>
/// <param name="states">Reports when replicas end.</param>
/// <param name="lifetime">Tells when the AppHost ends them.</param>
/// <param name="say">Prints a line.</param>
internal sealed class EndedServices(
    IReadOnlyList<IResource> services, ResourceNotificationService states, IHostApplicationLifetime lifetime, Action<string> say)
{
    private readonly Dictionary<IResource, HashSet<string>> _ended = services.ToDictionary(service => service, _ => new HashSet<string>(StringComparer.Ordinal));

    /// <summary>Watches the services until the AppHost stops.</summary>
    public async Task WatchAsync()
    {
        try
        {
            await foreach (var change in states.WatchAsync(lifetime.ApplicationStopping))
            {
                if (Text(change) is { } text)
                {
                    say(text);
                }
            }
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // The AppHost stops.
        }
    }

    /// <summary>What to say about a change; null unless the last replica has just failed.</summary>
    internal string? Text(ResourceEvent change)
    {
        if (!_ended.TryGetValue(change.Resource, out var ended))
        {
            return null;
        }

        // A replica that somebody stops ends with 0, and may be started again.
        var (id, state) = (change.ResourceId, change.Snapshot.State?.Text);
        if (state is null || !KnownResourceStates.TerminalStates.Contains(state) || change.Snapshot.ExitCode == 0)
        {
            ended.Remove(id);
            return null;
        }

        var all = change.Resource is ProjectResource project ? project.GetReplicaCount() : 1;
        if (!ended.Add(id) || ended.Count < all)
        {
            return null;
        }

        var code = change.Snapshot.ExitCode is { } exit ? $" with exit code {exit}" : "";
        return $"{change.Resource.Name} has ended{code}{(all > 1 ? $", and so have all {all} replicas" : "")}. Its log says why:"
            + $" dotnet aspire logs {id}   (first run: dotnet tool restore). Then stop Choir with Ctrl-C, and start it again.";
    }
}

internal static class EndedServicesExtensions
{
    /// <summary>Says on the terminal when all replicas of one of these services have ended by themselves.</summary>
    public static void ReportEndedServices(this IDistributedApplicationBuilder builder, params IReadOnlyList<IResourceBuilder<ProjectResource>> services)
    {
        if (builder.ExecutionContext.IsRunMode)
        {
            // Not as a hosted service: the orchestrator's start, which waits for the services, comes before it.
            builder.Eventing.Subscribe<BeforeStartEvent>((start, cancellation) =>
            {
                _ = new EndedServices(
                    [.. services.Select(service => service.Resource)], start.Services.GetRequiredService<ResourceNotificationService>(),
                    start.Services.GetRequiredService<IHostApplicationLifetime>(), Progress.Say).WatchAsync();
                return Task.CompletedTask;
            });
        }
    }
}

using Choir.AppHost.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Choir.AppHost;

/// <summary>
/// Says on the terminal that a replica of a service has ended by itself, for example because of a wrong setting or because it was
/// killed. Otherwise the terminal would stay silent, because nothing starts it again, and what depends on it may wait for it.
/// </summary>
/// <param name="services">The services.</param>
/// <param name="states">Reports when replicas end.</param>
/// <param name="lifetime">Tells when the AppHost ends them.</param>
/// <param name="say">Prints a line.</param>
internal sealed class EndedServices(
    IReadOnlyList<IResource> services, ResourceNotificationService states, IHostApplicationLifetime lifetime, Action<string> say)
{
    private readonly Dictionary<IResource, HashSet<string>> _ended = services.ToDictionary(service => service, _ => new HashSet<string>(StringComparer.Ordinal));
    private readonly HashSet<string> _stopping = new(StringComparer.Ordinal);

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

    /// <summary>What to say about a change; null unless a replica has just failed.</summary>
    internal string? Text(ResourceEvent change)
    {
        if (!_ended.TryGetValue(change.Resource, out var ended))
        {
            return null;
        }

        var (id, state) = (change.ResourceId, change.Snapshot.State?.Text);
        if (state is null || !KnownResourceStates.TerminalStates.Contains(state))
        {
            ended.Remove(id);
            // One that somebody stops has not failed, also if it did not stop in time and was killed.
            _ = state == KnownResourceStates.Stopping ? _stopping.Add(id) : _stopping.Remove(id);
            return null;
        }

        if (change.Snapshot.ExitCode == 0 || _stopping.Contains(id) || !ended.Add(id))
        {
            return null;
        }

        var all = Replicas.Count(change.Resource);
        // The orchestrator has -1 where the system gave no code: the process was ended by a signal.
        var code = change.Snapshot.ExitCode is { } exit and not -1 ? $" with exit code {exit}" : "";
        var ending = all == 1 ? $"{change.Resource.Name} has ended{code}"
            : ended.Count < all ? $"{id}, one of {all} replicas of {change.Resource.Name}, has ended{code}"
            : $"{change.Resource.Name} has ended{code}, and so have all {all} replicas";
        return $"{ending}. Its log says why: dotnet aspire logs {id}   (first run: dotnet tool restore)."
            + $" Start it again: dotnet aspire resource {id} start   (or, if a setting is wrong, stop Choir with Ctrl-C and correct it).";
    }
}

internal static class EndedServicesExtensions
{
    /// <summary>Says on the terminal when a replica of one of these services has ended by itself.</summary>
    public static void ReportEndedServices(this IDistributedApplicationBuilder builder, params IReadOnlyList<IResourceBuilder<IResource>> services)
    {
        if (builder.ExecutionContext.IsRunMode)
        {
            // Not as a hosted service: the orchestrator's start, which waits for the services, comes before it.
            builder.Eventing.Subscribe<BeforeStartEvent>((start, cancellation) =>
            {
                _ = new EndedServices(
                    [.. services.Select(service => ProcessOf(service.Resource)).Where(IsStarted)], start.Services.GetRequiredService<ResourceNotificationService>(),
                    start.Services.GetRequiredService<IHostApplicationLifetime>(), Progress.Say).WatchAsync();
                return Task.CompletedTask;
            });
        }
    }

    // A database is part of its server, which is the process.
    private static IResource ProcessOf(IResource resource) => resource is IResourceWithParent part ? ProcessOf(part.Parent) : resource;

    // Not an existing server, which the AppHost can neither start nor stop.
    private static bool IsStarted(IResource resource) => resource is ProjectResource or ExecutableResource or ContainerResource;
}

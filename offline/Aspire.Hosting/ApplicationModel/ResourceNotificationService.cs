using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Knows every resource's state and tells who asks.</summary>
public class ResourceNotificationService
{
    private readonly ConcurrentDictionary<string, ResourceEvent> current = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<Channel<ResourceEvent>> watchers = [];
    private readonly Lock gate = new();

    /// <summary>Changes what is known about a resource.</summary>
    public Task PublishUpdateAsync(IResource resource, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        ArgumentNullException.ThrowIfNull(resource);
        var ids = current.Values.Where(known => known.Resource == resource).Select(known => known.ResourceId).ToList();
        foreach (var id in ids.Count > 0 ? ids : [resource.Name])
            Publish(resource, id, stateFactory);
        return Task.CompletedTask;
    }

    /// <summary>Changes what is known about one replica of a resource.</summary>
    public Task PublishUpdateAsync(IResource resource, string resourceId,
        Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        ArgumentNullException.ThrowIfNull(resource);
        Publish(resource, resourceId, stateFactory);
        return Task.CompletedTask;
    }

    /// <summary>What is known about a replica, or about a resource that has only one.</summary>
    public bool TryGetCurrentState(string resourceId, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ResourceEvent? resourceEvent)
    {
        if (current.TryGetValue(resourceId, out resourceEvent))
            return true;
        var named = Find(resourceId);
        resourceEvent = named.Count == 1 ? named[0] : null;
        return resourceEvent is not null;
    }

    /// <summary>Every resource's state and then every change.</summary>
    public async IAsyncEnumerable<ResourceEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // Not bounded by a number: the events are as many as state changes of a handful of resources.
        var channel = Channel.CreateUnbounded<ResourceEvent>();
        lock (gate)
        {
            foreach (var known in current.Values)
                channel.Writer.TryWrite(known);
            watchers.Add(channel);
        }
        try
        {
            await foreach (var change in channel.Reader.ReadAllAsync(cancellationToken))
                yield return change;
        }
        finally
        {
            lock (gate)
                watchers.Remove(channel);
        }
    }

    /// <summary>Waits for a state (by default Running).</summary>
    public Task WaitForResourceAsync(string resourceName, string? targetState = null,
        CancellationToken cancellationToken = default) =>
        WaitForResourceAsync(resourceName, [targetState ?? KnownResourceStates.Running], cancellationToken);

    /// <summary>Waits for one of the states and returns it.</summary>
    public async Task<string> WaitForResourceAsync(string resourceName, IEnumerable<string> targetStates,
        CancellationToken cancellationToken = default)
    {
        string[] wanted = [.. targetStates];
        var reached = await Wait(resourceName, change => wanted.Contains(change.Snapshot.State?.Text),
            $"reach one of the target states: [{string.Join(", ", wanted)}]", cancellationToken);
        return reached.Snapshot.State!.Text;
    }

    /// <summary>Waits until the predicate is true.</summary>
    public Task<ResourceEvent> WaitForResourceAsync(string resourceName, Func<ResourceEvent, bool> predicate,
        CancellationToken cancellationToken = default) =>
        Wait(resourceName, predicate, "satisfy the given condition", cancellationToken);

    /// <summary>Waits until the resource runs, is healthy, and all who act on that have done so.</summary>
    /// <exception cref="DistributedApplicationException">It has ended or could not be started.</exception>
    public async Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, CancellationToken cancellationToken = default)
    {
        var change = await Wait(resourceName, change => IsHealthy(change) || IsOver(change), "become healthy", cancellationToken);
        if (!IsHealthy(change))
            throw new DistributedApplicationException($"Stopped waiting for resource '{resourceName}' to become healthy because "
                + Describe(change) + ".");
        change = await Wait(resourceName, next => next.ResourceId == change.ResourceId && next.Snapshot.Ready is not null,
            "become ready", cancellationToken);
        await change.Snapshot.Ready!.WaitAsync(cancellationToken);
        return change;
    }

    /// <summary>Waits for what the resource's <see cref="WaitAnnotation"/>s say.</summary>
    /// <exception cref="DistributedApplicationException">One of them will not come about.</exception>
    public async Task WaitForDependenciesAsync(IResource resource, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(resource);
        await Task.WhenAll(resource.Annotations.OfType<WaitAnnotation>()
            .Select(wait => WaitForDependency(resource, wait, cancellationToken)));
    }

    internal static bool IsOver(ResourceEvent change) =>
        KnownResourceStates.TerminalStates.Contains(change.Snapshot.State?.Text);

    private static bool IsHealthy(ResourceEvent change) => change.Snapshot.HealthStatus == HealthStatus.Healthy;

    private static string Describe(ResourceEvent change) =>
        change.Snapshot.State?.Text == KnownResourceStates.FailedToStart ? "it failed to start"
        : change.Snapshot.ExitCode is { } code ? $"it entered the '{change.Snapshot.State?.Text}' state with exit code {code}"
        : $"it entered the '{change.Snapshot.State?.Text}' state";

    private async Task WaitForDependency(IResource resource, WaitAnnotation wait, CancellationToken cancel)
    {
        var name = wait.Resource.Name;
        await Wait(name, _ => true, "appear", cancel);
        // All replicas: each id is known from the start.
        foreach (var id in Find(name).Select(known => known.ResourceId))
        {
            var complete = wait.WaitType == WaitType.WaitForCompletion;
            var change = await Wait(name, change => change.ResourceId == id && (IsOver(change)
                || (!complete && IsHealthy(change) && change.Snapshot.Ready is not null)),
                complete ? "complete" : "become healthy", cancel);
            var failed = complete
                ? change.Snapshot.State?.Text == KnownResourceStates.FailedToStart
                    || (change.Snapshot.ExitCode is { } code && code != wait.ExitCode)
                : IsOver(change);
            if (failed)
                throw new DistributedApplicationException($"Resource '{resource.Name}' stopped waiting for dependency resource "
                    + $"'{name}' because {Describe(change)}.");
            if (!complete)
                await change.Snapshot.Ready!.WaitAsync(cancel);
        }
    }

    private async Task<ResourceEvent> Wait(string resourceName, Func<ResourceEvent, bool> predicate, string what,
        CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var change in WatchAsync(cancellationToken))
                if (Is(change, resourceName) && predicate(change))
                    return change;
        }
        catch (OperationCanceledException e)
        {
            throw new OperationCanceledException($"Resource '{resourceName}' failed to {what} before the operation was "
                + $"cancelled: {Progress(resourceName)}", e, cancellationToken);
        }
        throw new InvalidOperationException("The application has stopped.");
    }

    private string Progress(string resourceName)
    {
        var known = Find(resourceName);
        return known.Count == 0 ? "it is not in the application." : string.Join("; ", known.Select(one =>
            $"{one.ResourceId} is {one.Snapshot.State?.Text ?? "unknown"}" + string.Concat(one.Snapshot.HealthReports
                .Where(report => report.Status != HealthStatus.Healthy)
                .Select(report => $", {report.Name}: {report.Description ?? report.ExceptionText ?? "not checked yet"}"))));
    }

    internal List<ResourceEvent> Find(string name) => [.. current.Values.Where(known => Is(known, name))];

    private static bool Is(ResourceEvent change, string name) =>
        string.Equals(change.Resource.Name, name, StringComparison.OrdinalIgnoreCase)
        || string.Equals(change.ResourceId, name, StringComparison.OrdinalIgnoreCase);

    private void Publish(IResource resource, string id, Func<CustomResourceSnapshot, CustomResourceSnapshot> change)
    {
        lock (gate)
        {
            var before = current.GetValueOrDefault(id)?.Snapshot
                ?? new CustomResourceSnapshot { ResourceType = TypeName(resource), Properties = [] };
            var after = new ResourceEvent(resource, id, change(before));
            current[id] = after;
            foreach (var watcher in watchers)
                watcher.Writer.TryWrite(after);
        }
    }

    private static string TypeName(IResource resource) => resource switch
    {
        ProjectResource => "Project",
        ExecutableResource => "Executable",
        ContainerResource => "Container",
        ParameterResource => "Parameter",
        _ => resource.GetType().Name.Replace("Resource", "", StringComparison.Ordinal),
    };
}

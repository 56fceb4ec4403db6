using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orchestration.Processes;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Orchestration;

/// <summary>
/// One resource's life: waits, starts its processes, tells of their state and ends them. A process that ends is shown and not
/// started again.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Lives as long as the application; the semaphore holds no handle.")]
internal sealed class ResourceRunner
{
    private readonly IResource resource;
    private readonly RunnerContext context;
    private readonly ILogger log;
    private readonly HealthMonitor health;

    // One start or stop of a resource at a time.
    private readonly SemaphoreSlim gate = new(1);
    private Task began = Task.CompletedTask;

    public ResourceRunner(IResource resource, RunnerContext context)
    {
        this.resource = resource;
        this.context = context;
        log = context.Logs.GetLogger(resource);
        health = new(resource, context);
        Instances = [.. Enumerable.Range(0, IsProgram ? resource.GetReplicaCount() : 0).Select(_ => new ResourceInstance(resource))];
        if (IsProgram)
            LifecycleCommands.Add(resource, this);
    }

    public IReadOnlyList<ResourceInstance> Instances { get; }

    private bool IsProgram => resource is ProjectResource or ExecutableResource or ContainerResource;

    private string Ended => resource is ContainerResource ? KnownResourceStates.Exited : KnownResourceStates.Finished;

    /// <summary>True if this one waits for the other, or for a part of it.</summary>
    public bool DependsOn(ResourceRunner other) => resource.Annotations.OfType<WaitAnnotation>()
        .Any(wait => wait.Resource == other.resource || (wait.Resource as IResourceWithParent)?.Parent == other.resource);

    /// <summary>Makes the resource known, so that others can wait for it.</summary>
    public async Task Announce()
    {
        if (IsProgram)
            foreach (var instance in Instances)
                await Publish(instance, s => s with { State = KnownResourceStates.NotStarted });
        else
            await context.Notifications.PublishUpdateAsync(resource, s => s with
            {
                State = resource is ParameterResource ? KnownResourceStates.Running : s.State,
            });
        if (resource is IResourceWithEndpoints)
            await context.Eventing.PublishAsync(new ResourceEndpointsAllocatedEvent(resource, context.Services), context.Stopping);
    }

    /// <summary>Begins the resource's life; what goes wrong with it shows in its state.</summary>
    public void Begin()
    {
        _ = health.Run();
        began = Live();
    }

    public async Task StartAsync(IEnumerable<ResourceInstance> instances, CancellationToken cancel)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, context.Stopping);
        await gate.WaitAsync(either.Token);
        try
        {
            var idle = instances.Where(instance => instance.Process is null).ToList();
            if (idle.Count > 0)
                await Start(idle, either.Token);
        }
        finally
        {
            gate.Release();
        }
    }

    public async Task StopAsync(IEnumerable<ResourceInstance> instances)
    {
        await gate.WaitAsync();
        try
        {
            await Task.WhenAll(instances.Select(Stop));
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Stops all of it, when the application stops.</summary>
    public async Task StopAsync()
    {
        await began;
        await StopAsync(Instances);
    }

    private async Task Live()
    {
        // Resources live beside each other.
        await Task.Yield();
        try
        {
            await context.Eventing.PublishAsync(new InitializeResourceEvent(resource, context.Eventing, context.Logs,
                context.Notifications, context.Services), context.Stopping);
            if (resource is IResourceWithParent { Parent: ContainerResource parent } && !IsProgram)
                _ = FollowParent(parent);
            if (IsProgram && !resource.Annotations.OfType<ExplicitStartupAnnotation>().Any())
                await StartAsync(Instances, context.Stopping);
        }
        catch (OperationCanceledException) when (context.Stopping.IsCancellationRequested)
        {
            // The application stops before the resource has started.
        }
        // The AppHost's own callbacks run here: whatever they throw belongs to the resource.
        catch (Exception e)
        {
            await Fail(Instances, e);
        }
    }

    private async Task Start(List<ResourceInstance> instances, CancellationToken cancel)
    {
        try
        {
            if (resource.Annotations.OfType<WaitAnnotation>().Any())
                foreach (var instance in instances)
                    await Publish(instance, s => s with { State = KnownResourceStates.Waiting, ExitCode = null });
            await context.Notifications.WaitForDependenciesAsync(resource, cancel);
            if (resource is IResourceWithConnectionString)
                await context.Eventing.PublishAsync(new ConnectionStringAvailableEvent(resource, context.Services), cancel);
            await context.Eventing.PublishAsync(new BeforeResourceStartedEvent(resource, context.Services), cancel);
            foreach (var instance in instances)
                await Start(instance, cancel);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            await Fail(instances.Where(instance => instance.Process is null), e);
        }
    }

    private async Task Start(ResourceInstance instance, CancellationToken cancel)
    {
        await Publish(instance, s => s with { State = KnownResourceStates.Starting, ExitCode = null, Ready = null });
        var plan = await context.Planner.Plan(instance, log, cancel);
        var urls = await ResourceUrls.For(resource, context);
        // Everything is planned: from here on there is a process to stop.
        cancel.ThrowIfCancellationRequested();
        var process = ChildProcess.Start(plan, (line, isError) => context.Logs.Write(resource.Name, line, isError));
        instance.Process = process;
        await Publish(instance, s => s with { State = KnownResourceStates.Running, Urls = urls, Properties = Facts(process) });
        _ = TellOfEnd(instance, process);
        health.Wake();
    }

    // The container runtime's process is not the container's.
    private ImmutableArray<ResourcePropertySnapshot> Facts(ChildProcess process) =>
        resource is ContainerResource ? [] : [new("executable.pid", process.Id)];

    private async Task TellOfEnd(ResourceInstance instance, ChildProcess process)
    {
        var code = await process.Exited;
        instance.Process = null;
        // What it has left in its process group ends too.
        await process.StopAsync();
        if (!context.Stopping.IsCancellationRequested)
            log.ProcessEnded(process.Id, code);
        await Publish(instance, s => s with { State = Ended, ExitCode = code });
        if (context.Notifications.TryGetCurrentState(instance.Id, out var last))
            await context.Eventing.PublishAsync(new ResourceStoppedEvent(resource, context.Services, last));
    }

    private async Task Stop(ResourceInstance instance)
    {
        if (instance.Process is not { } process)
            return;
        await Publish(instance, s => s with { State = KnownResourceStates.Stopping });
        await process.StopAsync();
        await context.Notifications.WaitForResourceAsync(instance.Id, KnownResourceStates.TerminalStates);
    }

    private async Task Fail(IEnumerable<ResourceInstance> instances, Exception reason)
    {
        log.FailedToStart(resource.Name, reason.Message);
        if (!IsProgram)
            await context.Notifications.PublishUpdateAsync(resource, s => s with { State = KnownResourceStates.FailedToStart });
        foreach (var instance in instances.ToList())
            await Publish(instance, s => s with { State = KnownResourceStates.FailedToStart });
    }

    // A database, say, is there when its server is; its own health checks then tell more.
    private async Task FollowParent(IResource parent)
    {
        try
        {
            await foreach (var change in context.Notifications.WatchAsync(context.Stopping))
                if (change.Resource == parent)
                {
                    await context.Notifications.PublishUpdateAsync(resource, s => s with { State = change.Snapshot.State });
                    health.Wake();
                }
        }
        catch (OperationCanceledException)
        {
            // The application stops.
        }
    }

    private Task Publish(ResourceInstance instance, Func<CustomResourceSnapshot, CustomResourceSnapshot> change) =>
        context.Notifications.PublishUpdateAsync(resource, instance.Id, change);
}

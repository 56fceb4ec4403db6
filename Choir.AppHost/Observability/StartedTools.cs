using Microsoft.Extensions.DependencyInjection;

namespace Choir.AppHost.Observability;

/// <summary>
/// Tracks the started tools: those of the command line from the beginning, the others when they are started. If a tool is
/// started later, its dependencies are started too, and the resources that use it are restarted.
/// </summary>
/// <param name="requested">The tools that start with Choir.</param>
internal sealed class StartedTools(ObservabilityTools requested)
{
    private readonly Lock _changing = new();

    // One restart at a time: two tools that are started together may restart the same service.
    private Task _restarting = Task.CompletedTask;
    private ObservabilityTools _started = requested;

    /// <summary>Whether a tool is started or starting.</summary>
    public bool IsOn(ObservabilityTools tool)
    {
        lock (_changing)
        {
            return (_started & tool) != 0;
        }
    }

    /// <summary>Makes the resource start only on request, unless its tool starts with Choir.</summary>
    public void StartWithChoirOrByHand<T>(IResourceBuilder<T> resource, ObservabilityTools tool)
        where T : IResource
    {
        resource.ExcludeFromManifest();
        if (!IsOn(tool))
        {
            resource.WithExplicitStart();
        }
    }

    /// <summary>When a tool is started later, starts its dependencies and restarts the resources that use it.</summary>
    /// <param name="resource">The tool's resource.</param>
    /// <param name="tool">The tool.</param>
    /// <param name="starts">The dependencies to start unless they are started.</param>
    /// <param name="restarts">The resources that read the tool's address at their start: restarted, or started if they are not running.</param>
    public void Follow<T>(
        IResourceBuilder<T> resource, ObservabilityTools tool, IReadOnlyList<IResource> starts, IReadOnlyList<IResource> restarts)
        where T : IResource =>
        resource.OnBeforeResourceStarted((begun, started, cancellation) =>
        {
            bool isNew;
            lock (_changing)
            {
                isNew = (_started & tool) == 0;
                _started |= tool;
            }

            // Not awaited, because the tool may wait for the resources that are started here.
            if (isNew)
            {
                _ = ConnectAsync(begun, starts, restarts, started.Services, cancellation);
            }

            return Task.CompletedTask;
        });

    private async Task ConnectAsync(
        IResource tool, IReadOnlyList<IResource> starts, IReadOnlyList<IResource> restarts, IServiceProvider services, CancellationToken cancellation)
    {
        var log = services.GetRequiredService<ResourceLoggerService>().GetLogger(tool);
        var commands = services.GetRequiredService<ResourceCommandService>();
        var states = services.GetRequiredService<ResourceNotificationService>();
        try
        {
            foreach (var needed in starts.Where(needed => !HasStarted(states, needed)))
            {
                log.StartingNeeded(tool.Name, needed.Name);
                await RunAsync(needed, KnownResourceCommands.StartCommand);
            }

            if (restarts.Count == 0)
            {
                return;
            }

            await states.WaitForResourceHealthyAsync(tool.Name, cancellation);
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Task earlier;
            lock (_changing)
            {
                (earlier, _restarting) = (_restarting, done.Task);
            }

            await earlier;
            try
            {
                foreach (var other in restarts)
                {
                    if (HasStarted(states, other))
                    {
                        log.Restarting(other.Name, tool.Name);
                        await RunAsync(other, KnownResourceCommands.RestartCommand);
                    }
                    else
                    {
                        log.StartingUser(other.Name, tool.Name);
                        await RunAsync(other, KnownResourceCommands.StartCommand);
                    }
                }
            }
            finally
            {
                done.SetResult();
            }
        }
        catch (OperationCanceledException)
        {
            // Choir is stopping.
        }
        catch (Exception e)
        {
            log.StartFailed(tool.Name, e.Message);
        }

        async Task RunAsync(IResource other, string command)
        {
            var result = await commands.ExecuteCommandAsync(other, command, cancellation);
            if (!result.Success && !result.Canceled)
            {
                log.StartFailed(other.Name, result.Message);
            }
        }
    }

    // A resource with replicas has no state under its own name; it is a service, and services start with Choir.
    private static bool HasStarted(ResourceNotificationService states, IResource resource) =>
        !states.TryGetCurrentState(resource.Name, out var now)
        || (now.Snapshot.State?.Text is { } state
            && state != KnownResourceStates.NotStarted && !KnownResourceStates.TerminalStates.Contains(state));
}

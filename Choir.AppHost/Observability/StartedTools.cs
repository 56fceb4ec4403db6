using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Choir.AppHost.Observability;

/// <summary>
/// Tracks the started tools: those of the command line from the beginning, the others when they are started. If a tool is
/// started later, its dependencies are started too, and the resources that use it are restarted.
/// </summary>
/// <param name="requested">The tools that start with Choir.</param>
/// <param name="say">Prints a line on the terminal.</param>
internal sealed class StartedTools(ObservabilityTools requested, Action<string> say)
{
    // How long tools that are started together wait for each other.
    private static readonly TimeSpan TogetherLimit = TimeSpan.FromMinutes(1);

    private readonly Lock _changing = new();

    // The tools that are starting and whose users are restarted then; completed when they are healthy.
    private readonly List<Task> _starting = [];

    // The tools that were on at the latest restart of each resource.
    private readonly Dictionary<IResource, ObservabilityTools> _known = [];

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
        resource.OnBeforeResourceStarted((begun, started, ofCommand) =>
        {
            Task healthy;
            lock (_changing)
            {
                if ((_started & tool) != 0)
                {
                    return Task.CompletedTask;
                }

                _started |= tool;
                healthy = restarts.Count == 0 ? Task.CompletedTask : HealthyAsync(begun, started.Services);
                _starting.Add(healthy);
            }

            // Not awaited, because the tool may wait for the resources that are started here.
            _ = ConnectAsync(begun, tool, healthy, starts, restarts, started.Services);
            return Task.CompletedTask;
        });

    // Not with the token of the command that starts the tool: somebody who ends that command must not leave a service stopped.
    private static CancellationToken StoppingOf(IServiceProvider services) =>
        services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;

    private static async Task HealthyAsync(IResource tool, IServiceProvider services) =>
        await services.GetRequiredService<ResourceNotificationService>().WaitForResourceAsync(
            tool.Name, change => change.Snapshot.HealthStatus == HealthStatus.Healthy, StoppingOf(services));

    private async Task ConnectAsync(
        IResource begun, ObservabilityTools tool, Task healthy, IReadOnlyList<IResource> starts, IReadOnlyList<IResource> restarts, IServiceProvider services)
    {
        var log = services.GetRequiredService<ResourceLoggerService>().GetLogger(begun);
        var commands = services.GetRequiredService<ResourceCommandService>();
        var states = services.GetRequiredService<ResourceNotificationService>();
        var stopping = StoppingOf(services);
        try
        {
            foreach (var needed in starts.Where(needed => !HasStarted(states, needed)))
            {
                log.StartingNeeded(begun.Name, needed.Name);
                var result = await commands.ExecuteCommandAsync(needed, KnownResourceCommands.StartCommand, stopping);
                if (!result.Success && !result.Canceled)
                {
                    log.StartFailed(needed.Name, result.Message);
                }
            }

            await healthy;
            if (restarts.Count > 0)
            {
                await StartingTogetherAsync(stopping);
                await RestartAsync(new UserRestarts(commands, states, log, say), begun, tool, restarts, stopping);
            }
        }
        catch (OperationCanceledException)
        {
            // Choir is stopping.
        }
        catch (Exception e)
        {
            log.StartFailed(begun.Name, e.Message);
        }
    }

    // So that the resources that use several of them are restarted once.
    private async Task StartingTogetherAsync(CancellationToken stopping)
    {
        Task[] starting;
        lock (_changing)
        {
            _starting.RemoveAll(tool => tool.IsCompleted);
            starting = [.. _starting];
        }

        try
        {
            await Task.WhenAll(starting).WaitAsync(TogetherLimit, TimeProvider.System, stopping);
        }
        catch (TimeoutException)
        {
            // That tool restarts its users itself if it becomes healthy.
        }
    }

    private async Task RestartAsync(
        UserRestarts users, IResource begun, ObservabilityTools tool, IReadOnlyList<IResource> restarts, CancellationToken stopping)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task earlier;
        lock (_changing)
        {
            (earlier, _restarting) = (_restarting, done.Task);
        }

        await earlier;
        try
        {
            foreach (var user in restarts.Where(user => !_known.TryGetValue(user, out var known) || (known & tool) == 0))
            {
                lock (_changing)
                {
                    _known[user] = _started;
                }

                await users.RestartAsync(user, begun.Name, stopping);
            }
        }
        finally
        {
            done.SetResult();
        }
    }

    private static bool HasStarted(ResourceNotificationService states, IResource resource) =>
        !states.TryGetCurrentState(resource.Name, out var now)
        || (now.Snapshot.State?.Text is { } state
            && state != KnownResourceStates.NotStarted && !KnownResourceStates.TerminalStates.Contains(state));
}

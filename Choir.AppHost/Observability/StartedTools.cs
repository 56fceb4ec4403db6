using Microsoft.Extensions.DependencyInjection;

namespace Choir.AppHost.Observability;

/// <summary>
/// Which tools run: those asked for on the command line from the start, the others from the moment somebody starts them. A
/// tool that is started later is of use only with what it needs, and once others have learnt of it: both are done here.
/// </summary>
/// <param name="requested">The tools that start with Choir.</param>
internal sealed class StartedTools(ObservabilityTools requested)
{
    private readonly Lock _changing = new();
    private ObservabilityTools _started = requested;

    /// <summary>Whether a tool runs, or is about to.</summary>
    public bool IsOn(ObservabilityTools tool)
    {
        lock (_changing)
        {
            return (_started & tool) != 0;
        }
    }

    /// <summary>Leaves the resource to be started by hand, unless its tool starts with Choir.</summary>
    public void StartWithChoirOrByHand<T>(IResourceBuilder<T> resource, ObservabilityTools tool)
        where T : IResource
    {
        resource.ExcludeFromManifest();
        if (!IsOn(tool))
        {
            resource.WithExplicitStart();
        }
    }

    /// <summary>Notices when a tool is started later, and then does what makes it useful.</summary>
    /// <param name="resource">The tool.</param>
    /// <param name="tool">Which it is.</param>
    /// <param name="starts">What it needs: started too, if it has not been.</param>
    /// <param name="restarts">What learns of it at its own start only: restarted, if it runs; or started, if it is a tool.</param>
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

            // Not awaited: the tool may wait for what is started here.
            if (isNew)
            {
                _ = MakeUsefulAsync(begun, starts, restarts, started.Services, cancellation);
            }

            return Task.CompletedTask;
        });

    private static async Task MakeUsefulAsync(
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
        catch (OperationCanceledException)
        {
            // Choir is stopping.
        }
        catch (Exception e) when (e is not OperationCanceledException)
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

    // A resource with replicas has no state under its own name: it is a service, and services start with Choir.
    private static bool HasStarted(ResourceNotificationService states, IResource resource) =>
        !states.TryGetCurrentState(resource.Name, out var now)
        || (now.Snapshot.State?.Text is { } state
            && state != KnownResourceStates.NotStarted && !KnownResourceStates.TerminalStates.Contains(state));
}

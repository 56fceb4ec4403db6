using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Choir.AppHost.Observability;

/// <summary>
/// Restarts a resource that uses a tool, so that it reads the tool's address. Restarts its replicas in turn: each only while
/// nothing else starts or stops it, because the orchestrator fails otherwise and leaves it stopped.
/// </summary>
/// <param name="commands">Runs the commands of the replicas.</param>
/// <param name="states">Reports their states.</param>
/// <param name="log">The tool's log in the dashboard.</param>
/// <param name="say">Prints a line on the terminal.</param>
internal sealed class UserRestarts(ResourceCommandService commands, ResourceNotificationService states, ILogger log, Action<string> say)
{
    // A start or a stop takes some seconds, on a busy machine more. A resource that cannot become healthy must not delay the others.
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    /// <summary>Restarts the replicas that run, and starts the others. Returns when they are healthy.</summary>
    public async Task RestartAsync(IResource user, string tool, CancellationToken stopping)
    {
        var replicas = new List<string>();
        await WithinLimitAsync(limit => Replicas.FindAsync(states, user, replicas, limit), stopping);
        foreach (var replica in replicas)
        {
            await RestartAsync(user, replica, replicas.Count == 1 ? user.Name : replica, tool, stopping);
        }
    }

    private async Task RestartAsync(IResource user, string replica, string name, string tool, CancellationToken stopping)
    {
        await WaitAsync(user, replica, change => IsSettled(change.State?.Text), stopping);
        var state = states.TryGetCurrentState(replica, out var now) ? now.Snapshot.State?.Text : null;
        if (state == KnownResourceStates.Waiting)
        {
            // It reads the address when it has waited.
            return;
        }

        var isStarted = IsStopped(state) ? await StartAsync() : await TryRestartAsync() || await StartAsync();
        if (isStarted)
        {
            await WaitAsync(
                user, replica, change => IsStopped(change.State?.Text) || change.HealthStatus == HealthStatus.Healthy, stopping);
        }
        else
        {
            say($"{name} could not be restarted for {tool}. Its log says why: dotnet aspire logs {name}   (first run: dotnet tool restore)."
                + $" Start it: dotnet aspire resource {name} start");
        }

        Task<bool> TryRestartAsync()
        {
            log.Restarting(name, tool);
            return RunAsync(replica, name, KnownResourceCommands.RestartCommand, stopping);
        }

        Task<bool> StartAsync()
        {
            log.StartingUser(name, tool);
            return RunAsync(replica, name, KnownResourceCommands.StartCommand, stopping);
        }
    }

    private async Task<bool> RunAsync(string replica, string name, string command, CancellationToken stopping)
    {
        var result = await commands.ExecuteCommandAsync(replica, command, stopping);
        stopping.ThrowIfCancellationRequested();
        if (!result.Success)
        {
            log.StartFailed(name, result.Message);
        }

        return result.Success;
    }

    private Task WaitAsync(IResource user, string replica, Func<CustomResourceSnapshot, bool> condition, CancellationToken stopping) =>
        WithinLimitAsync(
            limit => states.WaitForResourceAsync(user.Name, change => change.ResourceId == replica && condition(change.Snapshot), limit), stopping);

    private static async Task WithinLimitAsync(Func<CancellationToken, Task> wait, CancellationToken stopping)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        limit.CancelAfter(Timeout);
        try
        {
            await wait(limit.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            // Continues with the state that there is.
        }
    }

    private static bool IsSettled(string? state) =>
        state == KnownResourceStates.Running || state == KnownResourceStates.Waiting || IsStopped(state);

    private static bool IsStopped(string? state) =>
        state is not null && (state == KnownResourceStates.NotStarted || KnownResourceStates.TerminalStates.Contains(state));
}

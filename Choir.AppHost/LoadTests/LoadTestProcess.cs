using Choir.AppHost.Commands;
using Microsoft.Extensions.DependencyInjection;

namespace Choir.AppHost.LoadTests;

/// <summary>Starts the resource for one test, waits for its end, and makes the command's result.</summary>
/// <param name="test">The resource.</param>
/// <param name="gateway">What is measured.</param>
/// <param name="runs">Gives the resource its arguments.</param>
/// <param name="services">Aspire's services.</param>
internal sealed class LoadTestProcess(
    IResource test, IResourceBuilder<ProjectResource> gateway, LoadTestRuns runs, IServiceProvider services)
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(30);

    private readonly ResourceCommandService _commands = services.GetRequiredService<ResourceCommandService>();
    private readonly ResourceNotificationService _states = services.GetRequiredService<ResourceNotificationService>();

    /// <summary>Runs a test.</summary>
    /// <param name="request">The test.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="CommandException">It cannot be run.</exception>
    public async Task<ExecuteCommandResult> RunAsync(LoadTestRequest request, CancellationToken cancellation)
    {
        CheckGateway();
        if (!runs.TryRequest(request))
        {
            throw new CommandException($"A load test is already running. Wait for its end, or stop it: dotnet aspire resource {test.Name} stop");
        }

        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(request.Timeout);
            var ended = await RunToEndAsync(limit.Token, cancellation);
            return await LoadTestResultText.OfAsync(request, ended.ExitCode, runs.Output, TrendsOf(request), cancellation);
        }
        finally
        {
            runs.End();
        }
    }

    private async Task<CustomResourceSnapshot> RunToEndAsync(CancellationToken limit, CancellationToken cancellation)
    {
        using var watching = new CancellationTokenSource();
        var end = WatchAsync(watching.Token);
        try
        {
            var started = await _commands.ExecuteCommandAsync(test, KnownResourceCommands.StartCommand, limit);
            if (!started.Success)
            {
                throw new CommandException($"The load test could not be started: {started.Message}");
            }

            return await end.WaitAsync(limit);
        }
        catch (OperationCanceledException)
        {
            // The test ends early and writes its reports.
            await StopAsync(end);
            cancellation.ThrowIfCancellationRequested();
            throw new CommandException($"The load test took too long and was stopped. Its log says more: dotnet aspire logs {test.Name}");
        }
        finally
        {
            await watching.CancelAsync();
        }
    }

    // From its begin, so that the end of an earlier run does not count.
    private async Task<CustomResourceSnapshot> WatchAsync(CancellationToken cancellation)
    {
        var hasBegun = false;
        await foreach (var change in _states.WatchAsync(cancellation))
        {
            if (change.Resource != test || change.Snapshot.State?.Text is not { } state || state == KnownResourceStates.NotStarted)
            {
                continue;
            }

            var hasEnded = KnownResourceStates.TerminalStates.Contains(state);
            if (hasBegun && hasEnded)
            {
                return change.Snapshot;
            }

            hasBegun |= !hasEnded;
        }

        throw new OperationCanceledException(cancellation);
    }

    private async Task StopAsync(Task end)
    {
        using var limit = new CancellationTokenSource(StopTimeout);
        try
        {
            await _commands.ExecuteCommandAsync(test, KnownResourceCommands.StopCommand, limit.Token);
            await end.WaitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            // The dashboard shows that it still runs.
        }
    }

    // The test would wait for a gateway that has ended.
    private void CheckGateway()
    {
        if (_states.TryGetCurrentState(gateway.Resource.Name, out var now) && now.Snapshot.State?.Text is { } state
            && KnownResourceStates.TerminalStates.Contains(state))
        {
            throw new CommandException($"The gateway is not running ({state}). Start it first: dotnet aspire resource {gateway.Resource.Name} start");
        }
    }

    private Uri? TrendsOf(LoadTestRequest request) => gateway.GetEndpoint(ServiceExtensions.HttpEndpoint) is { IsAllocated: true } endpoint
        ? new Uri(new Uri(endpoint.Url), $"/load-tests/trends#{request.Profile}") : null;
}

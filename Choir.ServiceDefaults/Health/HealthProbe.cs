using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Choir.ServiceDefaults.Health;

/// <summary>Asks one component, within a time limit that holds even if its check ignores cancellation.</summary>
/// <remarks>
/// A check that hangs is left running and never started a second time beside itself, so a frozen component costs one
/// pending call, however long it lasts.
/// </remarks>
internal sealed class HealthProbe(
    HealthCheckRegistration registration, IServiceScopeFactory scopes, TimeProvider time, TimeSpan limit)
{
    private Task<HealthCheckResult>? _running;

    public string Component => registration.Name;

    /// <summary>Asks. Not to be called again before the answer is there. Never throws.</summary>
    public async Task<ComponentHealth> AskAsync()
    {
        _running ??= StartAsync();
        try
        {
            return Judge(await _running.WaitAsync(limit, time));
        }
        catch (Exception exception) when (!_running.IsCompleted || exception is OperationCanceledException)
        {
            return ComponentHealth.Unhealthy(HealthReasons.TimedOut(Component, limit));
        }
        catch (Exception exception)
        {
            return ComponentHealth.Unhealthy(HealthReasons.Of(Component, exception));
        }
        finally
        {
            if (_running.IsCompleted)
            {
                _running = null;
            }
        }
    }

    // The answer is for all who ask, so it belongs to the trace and the request of none of them.
    private Task<HealthCheckResult> StartAsync()
    {
        using (ExecutionContext.SuppressFlow())
        {
            return Task.Run(RunAsync);
        }
    }

    private async Task<HealthCheckResult> RunAsync()
    {
        using var timeout = new CancellationTokenSource(limit, time);
        await using var scope = scopes.CreateAsyncScope();
        return await registration.Factory(scope.ServiceProvider)
            .CheckHealthAsync(new HealthCheckContext { Registration = registration }, timeout.Token);
    }

    private ComponentHealth Judge(HealthCheckResult result)
    {
        if (result.Status == HealthStatus.Healthy)
        {
            return ComponentHealth.Healthy;
        }

        var reason = result.Description is { Length: > 0 } description
            ? HealthReasons.Clean(description)
            : result.Exception is { } exception
                ? HealthReasons.Of(Component, exception)
                : $"{HealthComponents.FailurePrefix(Component)}: no reason given";
        return result.Status == HealthStatus.Degraded
            ? ComponentHealth.Degraded(reason)
            : ComponentHealth.Unhealthy(reason);
    }
}

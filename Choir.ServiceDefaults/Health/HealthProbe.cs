using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Choir.ServiceDefaults.Health;

/// <summary>Runs the check of one component, with a timeout that applies even if the check ignores cancellation.</summary>
/// <remarks>
/// A check that hangs keeps running and is not started again meanwhile, so a frozen component costs one pending call only.
/// </remarks>
internal sealed class HealthProbe(
    HealthCheckRegistration registration, IServiceScopeFactory scopes, TimeProvider time, TimeSpan timeout)
{
    private Task<HealthCheckResult>? _running;

    public string Component => registration.Name;

    /// <summary>Never throws. Must not be called again before it has completed.</summary>
    public async Task<ComponentHealth> CheckAsync()
    {
        _running ??= StartAsync();
        try
        {
            return ToHealth(await _running.WaitAsync(timeout, time));
        }
        catch (Exception exception) when (!_running.IsCompleted || exception is OperationCanceledException)
        {
            return ComponentHealth.Unhealthy(HealthReasons.TimedOut(Component, timeout));
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

    // The result is shared by all callers, so the check must not run in the trace of one of them.
    private Task<HealthCheckResult> StartAsync()
    {
        using (ExecutionContext.SuppressFlow())
        {
            return Task.Run(RunAsync);
        }
    }

    private async Task<HealthCheckResult> RunAsync()
    {
        using var cancellation = new CancellationTokenSource(timeout, time);
        await using var scope = scopes.CreateAsyncScope();
        return await registration.Factory(scope.ServiceProvider)
            .CheckHealthAsync(new HealthCheckContext { Registration = registration }, cancellation.Token);
    }

    private ComponentHealth ToHealth(HealthCheckResult result)
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
            : ComponentHealth.Unhealthy(reason) with { IsReadable = result.Data.ContainsKey(ComponentHealth.ReadableKey) };
    }
}

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
    private Task<HealthCheckResult>? running;

    public string Component => registration.Name;

    /// <summary>Asks. Not to be called again before the answer is there.</summary>
    public async Task<ComponentHealth> Ask(CancellationToken cancellationToken)
    {
        try
        {
            running ??= Run(cancellationToken);
            var result = await running.WaitAsync(limit, time, cancellationToken);
            running = null;
            return ToHealth(result);
        }
        catch (TimeoutException) when (running is { IsCompleted: false })
        {
            return new ComponentHealth(HealthStatus.Unhealthy, HealthReasons.TimedOut(Component, limit));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            running = null;
            return new ComponentHealth(HealthStatus.Unhealthy, HealthReasons.TimedOut(Component, limit));
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            running = null;
            return new ComponentHealth(HealthStatus.Unhealthy, HealthReasons.Of(Component, exception));
        }
    }

    private async Task<HealthCheckResult> Run(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        await using var scope = scopes.CreateAsyncScope();

        // A check that blocks before its first await must not block those who wait for the others.
        await Task.Yield();
        return await registration.Factory(scope.ServiceProvider)
            .CheckHealthAsync(new HealthCheckContext { Registration = registration }, either.Token);
    }

    private ComponentHealth ToHealth(HealthCheckResult result)
    {
        if (result.Status == HealthStatus.Healthy)
            return new ComponentHealth(HealthStatus.Healthy, null);

        var reason = result.Description is { Length: > 0 } description
            ? HealthReasons.Clean(description)
            : result.Exception is { } exception
                ? HealthReasons.Of(Component, exception)
                : $"{HealthComponents.FailurePrefix(Component)}: no reason given";
        return new ComponentHealth(result.Status, reason);
    }
}

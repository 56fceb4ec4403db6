using Choir.Actors.Health;
using Choir.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Choir.ActorHost.Hosting;

/// <summary>
/// The actor system as this host sees it. A host that the membership table does not list reaches its own actors, but nobody reaches
/// the host.
/// </summary>
internal sealed class HostHealthCheck(ActorSystemHealthCheck actors, OwnMembership membership) : IHealthCheck
{
    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        membership.Problem is { } problem
            ? Task.FromResult(HealthCheckResult.Unhealthy(problem))
            : actors.CheckHealthAsync(context, cancellationToken);
}

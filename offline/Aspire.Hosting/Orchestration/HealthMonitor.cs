using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Orchestration;

/// <summary>Asks a running resource's health checks, often until it is healthy and now and then afterwards.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Lives as long as the application; the semaphore holds no handle.")]
internal sealed class HealthMonitor(IResource resource, RunnerContext context)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HealthyPause = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim wake = new(0);

    /// <summary>Checks now: the resource's state has changed.</summary>
    public void Wake() => wake.Release();

    public async Task Run()
    {
        var keys = resource.Annotations.OfType<HealthCheckAnnotation>().Select(check => check.Key).ToHashSet();
        await Show([.. keys.Select(key => new HealthReportSnapshot(key, null, null, null))]);
        try
        {
            var pause = FirstPause;
            while (!context.Stopping.IsCancellationRequested)
            {
                if (!Known().Any(IsRunning))
                {
                    pause = FirstPause;
                    await wake.WaitAsync(LongestPause, context.Stopping);
                    continue;
                }
                if (keys.Count > 0)
                    await Show(await Check(keys));
                await TellReady();
                var healthy = Known().Any(one => one.Snapshot.HealthStatus == HealthStatus.Healthy);
                pause = healthy ? HealthyPause : pause < LongestPause ? pause * 1.5 : LongestPause;
                await wake.WaitAsync(pause, context.Stopping);
                if (healthy)
                    pause = FirstPause;
            }
        }
        catch (OperationCanceledException) when (context.Stopping.IsCancellationRequested)
        {
            // The application stops.
        }
    }

    private static bool IsRunning(ResourceEvent one) => one.Snapshot.State?.Text == KnownResourceStates.Running;

    private List<ResourceEvent> Known() => context.Notifications.Find(resource.Name);

    private async Task<ImmutableArray<HealthReportSnapshot>> Check(HashSet<string> keys)
    {
        var report = await context.Health.CheckHealthAsync(check => keys.Contains(check.Name), context.Stopping);
        var unknown = keys.Where(key => !report.Entries.ContainsKey(key)).Select(key =>
            new HealthReportSnapshot(key, HealthStatus.Unhealthy, "no health check of this name is registered", null));
        return [.. report.Entries.Select(entry => new HealthReportSnapshot(entry.Key, entry.Value.Status, entry.Value.Description,
            entry.Value.Exception?.Message)), .. unknown];
    }

    private async Task Show(ImmutableArray<HealthReportSnapshot> reports)
    {
        foreach (var one in Known())
            if (!one.Snapshot.HealthReports.SequenceEqual(reports))
                await context.Notifications.PublishUpdateAsync(resource, one.ResourceId, s => s with { HealthReports = reports });
    }

    // Once a start, for all replicas together.
    private async Task TellReady()
    {
        var fresh = Known().Where(one => one.Snapshot is { HealthStatus: HealthStatus.Healthy, Ready: null }).ToList();
        if (fresh.Count == 0)
            return;
        var ready = Known().Select(one => one.Snapshot.Ready).FirstOrDefault(task => task is not null)
            ?? context.Eventing.PublishAsync(new ResourceReadyEvent(resource, context.Services), context.Stopping);
        foreach (var one in fresh)
            await context.Notifications.PublishUpdateAsync(resource, one.ResourceId, s => s with { Ready = ready });
    }
}

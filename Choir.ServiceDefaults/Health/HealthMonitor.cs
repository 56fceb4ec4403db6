using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Choir.ServiceDefaults.Health;

/// <summary>
/// Knows how the components are: answers probes from one shared evaluation that is kept for a second, and looks by
/// itself every few seconds, so that a change is logged although nobody asks.
/// </summary>
internal sealed class HealthMonitor : BackgroundService
{
    private readonly HealthOptions options;
    private readonly TimeProvider time;
    private readonly ILogger<HealthMonitor> logger;
    private readonly HealthProbe[] probes;
    private readonly HealthChanges changes;
    private readonly CancellationTokenSource stopping = new();
    private readonly Lock gate = new();

    private Task<HealthView>? evaluation;
    private long evaluatedAt;

    public HealthMonitor(
        IOptions<HealthOptions> options,
        IOptions<HealthCheckServiceOptions> checks,
        IServiceScopeFactory scopes,
        TimeProvider time,
        ILogger<HealthMonitor> logger)
    {
        this.options = options.Value;
        this.time = time;
        this.logger = logger;
        changes = new HealthChanges(logger, time, this.options.StartGrace);
        probes = [.. HealthComponents.All
            .Select(name => checks.Value.Registrations.FirstOrDefault(check => check.Name == name))
            .OfType<HealthCheckRegistration>()
            .Select(check => new HealthProbe(check, scopes, time, this.options.CheckTimeout))];
    }

    /// <summary>How the components are, at most <see cref="HealthOptions.CacheTime"/> old.</summary>
    /// <param name="cancellationToken">Gives up waiting; the evaluation goes on for the others.</param>
    public Task<HealthView> Current(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (evaluation is null || IsOld())
                evaluation = Evaluate();
            return evaluation.WaitAsync(cancellationToken);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        await base.StopAsync(cancellationToken);
    }

    public override void Dispose()
    {
        stopping.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.RefreshInterval, time);
        do
        {
            try
            {
                await Current(stoppingToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception exception)
            {
                logger.HealthCheckFailed(exception);
            }
        }
        while (await Tick(timer, stoppingToken));
    }

    private static async Task<bool> Tick(PeriodicTimer timer, CancellationToken stoppingToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    // The age counts from the end of an evaluation; one that is still under way is never old.
    private bool IsOld() =>
        evaluation!.IsCompleted && time.GetElapsedTime(Volatile.Read(ref evaluatedAt)) >= options.CacheTime;

    private async Task<HealthView> Evaluate()
    {
        await Task.Yield();
        try
        {
            var answers = await Task.WhenAll(probes.Select(async probe =>
                KeyValuePair.Create(probe.Component, await probe.Ask(stopping.Token))));
            changes.Note(answers);
            return HealthView.Of(answers);
        }
        finally
        {
            Volatile.Write(ref evaluatedAt, time.GetTimestamp());
        }
    }
}

using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Orchestration;

/// <summary>
/// Runs the model: ports and proxies first, then each resource when what it waits for is there; at the end all of it stops,
/// those that others wait for last.
/// </summary>
internal sealed class Orchestrator : IHostedService, IAsyncDisposable
{
    private readonly IServiceProvider services;
    private readonly DistributedApplicationModel model;
    private readonly IDistributedApplicationEventing eventing;
    private readonly EndpointAllocator endpoints;
    private readonly Dictionary<IResource, ResourceRunner> runners = [];
    private readonly CancellationTokenSource stopping = new();
    private readonly Lazy<Task> stopped;

    public Orchestrator(IServiceProvider services, DistributedApplicationModel model, IDistributedApplicationEventing eventing,
        IConfiguration configuration)
    {
        this.services = services;
        this.model = model;
        this.eventing = eventing;
        endpoints = new(configuration.GetValue("DcpPublisher:RandomizePorts", false));
        stopped = new(StopAll);
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        ResolveParameters();
        await eventing.PublishAsync(new BeforeStartEvent(services, model), cancellationToken);
        var context = new RunnerContext(services, stopping.Token);
        foreach (var resource in model.Resources)
        {
            var runner = new ResourceRunner(resource, context);
            endpoints.Allocate(resource, runner.Instances);
            runners.Add(resource, runner);
        }
        foreach (var runner in runners.Values)
            await runner.Announce();
        foreach (var runner in runners.Values)
            runner.Begin();
    }

    public Task StopAsync(CancellationToken cancellationToken) => stopped.Value;

    // A start that failed is not followed by a stop.
    public async ValueTask DisposeAsync()
    {
        await stopped.Value;
        endpoints.Dispose();
        stopping.Dispose();
    }

    // All that is missing at once, before anything starts.
    private void ResolveParameters()
    {
        var missing = new List<string>();
        foreach (var parameter in model.Resources.OfType<ParameterResource>())
            try
            {
                _ = parameter.Resolve();
            }
            catch (MissingParameterValueException e)
            {
                missing.Add(e.Message);
            }
        if (missing.Count > 0)
            throw new MissingParameterValueException(string.Join(Environment.NewLine, missing));
    }

    private async Task StopAll()
    {
        // Ends every wait, so that nothing starts any more.
        await stopping.CancelAsync();
        var stops = new Dictionary<ResourceRunner, Task>();
        await Task.WhenAll(runners.Values.Select(Stop));

        Task Stop(ResourceRunner runner)
        {
            if (!stops.TryGetValue(runner, out var stop))
            {
                // Entered before its dependents are looked at: resources that wait for each other cannot go round in a circle.
                stops[runner] = Task.CompletedTask;
                stops[runner] = stop = StopAfter(runner, [.. runners.Values.Where(other => other.DependsOn(runner)).Select(Stop)]);
            }
            return stop;
        }
    }

    private static async Task StopAfter(ResourceRunner runner, Task[] dependents)
    {
        await Task.WhenAll(dependents);
        await runner.StopAsync();
    }
}

/// <summary>What all runners share.</summary>
internal sealed class RunnerContext(IServiceProvider services, CancellationToken stopping)
{
    public IServiceProvider Services { get; } = services;

    /// <summary>Fires when the application stops.</summary>
    public CancellationToken Stopping { get; } = stopping;

    public IDistributedApplicationEventing Eventing { get; } = services.GetRequiredService<IDistributedApplicationEventing>();

    public ResourceNotificationService Notifications { get; } = services.GetRequiredService<ResourceNotificationService>();

    public ResourceLoggerService Logs { get; } = services.GetRequiredService<ResourceLoggerService>();

    public HealthCheckService Health { get; } = services.GetRequiredService<HealthCheckService>();

    public LaunchPlanner Planner { get; } = new(services.GetRequiredService<DistributedApplicationExecutionContext>(),
        services.GetRequiredService<AppHostAssembly>().Assembly);
}

/// <summary>The assembly whose notes say where projects' output is.</summary>
internal sealed record AppHostAssembly(System.Reflection.Assembly? Assembly);

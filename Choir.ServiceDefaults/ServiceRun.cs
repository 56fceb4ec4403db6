using System.Runtime.InteropServices;
using Choir.ServiceDefaults.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Choir.ServiceDefaults;

/// <summary>Runs a service until it stops.</summary>
public static class ServiceRun
{
    // What the parts of a service may take beyond the time that they have to stop, and what disposing it may take.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DisposalLimit = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Runs until the service is told to stop, and returns then even if a component does not stop: an Orleans silo whose
    /// database is unavailable would retry leaving the cluster. A failed start is logged as one record per cause instead of an
    /// unhandled exception.
    /// </summary>
    /// <param name="app">The service. It is disposed unless a component does not stop.</param>
    /// <returns>
    /// The exit code: 0 if the process was stopped by a signal; 1 if it could not start or stopped by itself, so that an
    /// orchestrator sees the difference.
    /// </returns>
    public static async Task<int> RunServiceAsync(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ServiceRun).FullName!);
        var isSignalled = false;
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => isSignalled = true);
        using var quit = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, _ => isSignalled = true);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => isSignalled = true);
        var failed = false;
        var stopped = true;
        try
        {
            await app.StartAsync();
            stopped = await StopAsync(app, logger);
        }
        catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // Stopped during startup.
        }
        catch (Exception exception)
        {
            foreach (var cause in Causes(exception))
            {
                logger.ServiceFailed(cause);
            }

            failed = true;
        }

        var ended = !failed && !Volatile.Read(ref isSignalled);
        if (ended)
        {
            logger.ServiceEnded();
        }

        await LastExport.SendAsync(app.Services, logger);
        if (stopped)
        {
            await DisposeAsync(app, logger);
        }

        return failed || ended ? 1 : 0;
    }

    internal static IEnumerable<string> Causes(Exception exception) => exception switch
    {
        AggregateException several => several.Flatten().InnerExceptions.SelectMany(Causes),
        OptionsValidationException options => options.Failures,
        _ => [exception.Message],
    };

    // Waits for the stop request and stops the service. Returns false if a component did not stop in time.
    private static async Task<bool> StopAsync(WebApplication app, ILogger logger)
    {
        var stopRequested = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = app.Lifetime.ApplicationStopping.Register(stopRequested.SetResult);
        var stop = app.WaitForShutdownAsync();
        await stopRequested.Task;
        var limit = app.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout + Grace;
        try
        {
            await stop.WaitAsync(limit);
            return true;
        }
        catch (TimeoutException) when (!stop.IsCompleted)
        {
            logger.ServiceCutShort(limit.TotalSeconds);
            return false;
        }
    }

    // A silo that has started by half may wait for others when it is disposed.
    private static async Task DisposeAsync(WebApplication app, ILogger logger)
    {
        try
        {
            await app.DisposeAsync().AsTask().WaitAsync(DisposalLimit);
        }
        catch (TimeoutException)
        {
            logger.ServiceCutShort(DisposalLimit.TotalSeconds);
        }
    }
}

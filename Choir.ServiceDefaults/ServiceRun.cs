using System.Runtime.InteropServices;
using Choir.ServiceDefaults.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Choir.ServiceDefaults;

/// <summary>Runs a service to its end.</summary>
public static class ServiceRun
{
    // After the time that the parts of a service have to stop: for their last records, and for what it owns.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Runs until the service is told to stop, and ends then even if a part of it does not: an Orleans silo whose database is
    /// away would go on trying to say that it leaves. A start that fails is logged as one record a cause, in words for
    /// whoever configured the service, instead of an unhandled exception.
    /// </summary>
    /// <param name="app">The service. It is disposed, except when a part of it does not stop.</param>
    /// <returns>
    /// The exit code: 0 if somebody asked the process to end (a signal), or 1 if it could not start, or ended by itself: what
    /// watches it must see the difference.
    /// </returns>
    public static async Task<int> RunServiceAsync(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ServiceRun).FullName!);
        var asked = false;
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => asked = true);
        using var quit = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, _ => asked = true);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => asked = true);
        var failed = false;
        var stopped = true;
        try
        {
            await app.StartAsync();
            stopped = await StopAsync(app, logger);
        }
        catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // Stopped while it was still starting.
        }
        catch (Exception exception)
        {
            foreach (var cause in Causes(exception))
            {
                logger.ServiceFailed(cause);
            }

            failed = true;
        }

        var ended = !failed && !Volatile.Read(ref asked);
        if (ended)
        {
            logger.ServiceEnded();
        }

        await LastExport.SendAsync(app.Services);
        if (stopped)
        {
            await app.DisposeAsync();
        }

        return failed || ended ? 1 : 0;
    }

    internal static IEnumerable<string> Causes(Exception exception) => exception switch
    {
        AggregateException several => several.Flatten().InnerExceptions.SelectMany(Causes),
        OptionsValidationException options => options.Failures,
        _ => [exception.Message],
    };

    // Waits until the service is told to stop, and stops it. False if a part had not stopped within the time for it.
    private static async Task<bool> StopAsync(WebApplication app, ILogger logger)
    {
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = app.Lifetime.ApplicationStopping.Register(told.SetResult);
        var stop = app.WaitForShutdownAsync();
        await told.Task;
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
}

using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Choir.ServiceDefaults;

/// <summary>Runs a service to its end.</summary>
public static class ServiceRun
{
    /// <summary>
    /// Runs until the service is told to stop. A start that fails is logged as one record a cause, in words for whoever
    /// configured the service, instead of an unhandled exception.
    /// </summary>
    /// <param name="app">The service.</param>
    /// <returns>
    /// The exit code: 0 if somebody asked the process to end (a signal), or 1 if it could not start, or ended by itself: what
    /// watches it must see the difference.
    /// </returns>
    public static async Task<int> RunServiceAsync(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        await using (app)
        {
            var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ServiceRun).FullName!);
            var asked = false;
            using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => asked = true);
            using var quit = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, _ => asked = true);
            using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => asked = true);
            try
            {
                await app.RunAsync();
                if (Volatile.Read(ref asked)) return 0;
                logger.ServiceEnded();
                return 1;
            }
            catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
            {
                // Told to stop while it was still starting.
                return 0;
            }
            catch (Exception exception)
            {
                foreach (var cause in Causes(exception))
                    logger.ServiceFailed(cause);
                return 1;
            }
        }
    }

    internal static IEnumerable<string> Causes(Exception exception) => exception switch
    {
        AggregateException several => several.Flatten().InnerExceptions.SelectMany(Causes),
        OptionsValidationException options => options.Failures,
        _ => [exception.Message],
    };
}

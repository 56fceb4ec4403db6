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
    /// <returns>The exit code: 0, or 1 if it could not start or run on.</returns>
    public static async Task<int> RunServiceAsync(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        await using (app)
        {
            var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ServiceRun).FullName!);
            try
            {
                await app.RunAsync();
                return 0;
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

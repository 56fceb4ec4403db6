using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Choir.ServiceDefaults.Logging;

/// <summary>
/// Limits the records of each kind before any provider gets them, so that a flood of one kind does not displace others in the
/// queues of the console and of the OTLP exporter.
/// </summary>
internal sealed class LimitedLoggerFactory(LoggerFactory inner, IOptions<LogLimitOptions> options, TimeProvider time) : ILoggerFactory
{
    // An operator asked for the records of these categories.
    private const string Unlimited = "Choir.Diagnostics";

    private readonly ConcurrentDictionary<string, ILogger> _loggers = new(StringComparer.Ordinal);

    /// <summary>Replaces the logger factory of the container.</summary>
    public static void Use(IServiceCollection services)
    {
        services.AddOptions<LogLimitOptions>().BindSettings(LogLimitOptions.Section);
        services.AddSingleton<LoggerFactory>();
        services.AddSingleton(provider => new LimitedLoggerFactory(
            provider.GetRequiredService<LoggerFactory>(), provider.GetRequiredService<IOptions<LogLimitOptions>>(), TimeProvider.System));
        services.Replace(ServiceDescriptor.Singleton<ILoggerFactory>(provider => provider.GetRequiredService<LimitedLoggerFactory>()));
        services.AddHostedService<SuppressedRecords>();
    }

    public ILogger CreateLogger(string categoryName) => _loggers.GetOrAdd(categoryName, Create);

    /// <summary>Writes the number of suppressed records of each kind that has not been written with a later record.</summary>
    public void WriteSuppressed()
    {
        foreach (var logger in _loggers.Values.OfType<LimitedLogger>())
        {
            logger.WriteSuppressed();
        }
    }

    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    // The container disposes the inner factory.
    public void Dispose()
    {
    }

    private ILogger Create(string category)
    {
        var logger = StartLogger.Wrap(category, inner.CreateLogger(category));
        return PerSecond is var limit and > 0 && !category.StartsWith(Unlimited, StringComparison.Ordinal) ? new LimitedLogger(logger, limit, time) : logger;
    }

    // A wrong setting is reported when the service starts, which needs a logger.
    private int PerSecond
    {
        get
        {
            try
            {
                return options.Value.PerSecond;
            }
            catch (Exception exception) when (exception is OptionsValidationException or InvalidOperationException)
            {
                return 0;
            }
        }
    }
}

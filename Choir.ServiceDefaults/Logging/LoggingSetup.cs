using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Choir.ServiceDefaults.Logging;

/// <summary>One JSON object a line on the console.</summary>
internal static class LoggingSetup
{
    // Any configuration source overrules these.
    private static readonly Dictionary<string, string?> DefaultLevels = new()
    {
        ["Logging:LogLevel:Default"] = "Information",
        ["Logging:LogLevel:Microsoft"] = "Warning",
        ["Logging:LogLevel:Microsoft.Hosting.Lifetime"] = "Information",
        ["Logging:LogLevel:System"] = "Warning",
        ["Logging:LogLevel:Orleans"] = "Warning",
        ["Logging:LogLevel:Npgsql"] = "Warning",
        ["Logging:LogLevel:Polly"] = "Warning",
        ["Logging:LogLevel:OpenTelemetry"] = "Warning",

        // What was asked for of an actor, for a time and at a level of its own.
        ["Logging:LogLevel:Choir.Diagnostics"] = "Trace",
    };

    public static void AddStructuredLogs(this IHostApplicationBuilder builder)
    {
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = DefaultLevels });
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddSingleton<ILogContext, RequestLogContext>();
        builder.Services.AddSingleton<LogContexts>();
        builder.Logging.ClearProviders();
        builder.Logging.AddConsole(options => options.FormatterName = JsonLogFormatter.FormatterName);
        builder.Logging.AddConsoleFormatter<JsonLogFormatter, ConsoleFormatterOptions>();

        // A console that nobody reads must not stop the service: what does not fit is dropped, and the logger says so.
        builder.Services.Configure<ConsoleLoggerOptions>(options =>
        {
            options.MaxQueueLength = 10_000;
            options.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite;
        });
    }
}

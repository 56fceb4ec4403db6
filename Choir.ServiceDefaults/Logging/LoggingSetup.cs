using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Choir.ServiceDefaults.Logging;

/// <summary>
/// What is logged, and how it looks on the console: short lines for people in development, one JSON object a line in any other
/// environment. <c>Logging:Console:FormatterName</c> says otherwise: <c>choir-text</c>, <c>choir-json</c>, or one of .NET's own
/// but <c>simple</c>, which Aspire sets for every project and which counts as not set.
/// </summary>
internal static class LoggingSetup
{
    private const string SetByAspire = "simple";

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
        builder.Logging.AddConsole();
        builder.Logging.AddConsoleFormatter<JsonLogFormatter, ConsoleFormatterOptions>();
        builder.Logging.AddConsoleFormatter<TextLogFormatter, SimpleConsoleFormatterOptions>();
        var formatter = builder.Environment.IsDevelopment() ? TextLogFormatter.FormatterName : JsonLogFormatter.FormatterName;
        builder.Services.PostConfigure<ConsoleLoggerOptions>(options =>
        {
            if (options.FormatterName is not { Length: > 0 } name || name.Equals(SetByAspire, StringComparison.OrdinalIgnoreCase))
            {
                options.FormatterName = formatter;
            }
        });

        // A console that nobody reads must not stop the service: what does not fit is dropped, and the logger says so.
        builder.Services.Configure<ConsoleLoggerOptions>(options =>
        {
            options.MaxQueueLength = 10_000;
            options.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite;
        });
    }
}

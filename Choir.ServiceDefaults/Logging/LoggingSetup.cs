using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Choir.ServiceDefaults.Logging;

/// <summary>
/// The default log levels and the console's format: short text lines in development, one JSON object per line in any other
/// environment. <c>Logging:Console:FormatterName</c> selects another format: <c>choir-text</c>, <c>choir-json</c>, or a built-in
/// one of .NET except <c>simple</c>, which is ignored because Aspire sets it for every project.
/// </summary>
internal static class LoggingSetup
{
    private const string SetByAspire = "simple";

    // Any configuration source overrides these.
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

        // Records of actors with temporary diagnostics, which have their own level.
        ["Logging:LogLevel:Choir.Diagnostics"] = "Trace",
    };

    public static void AddStructuredLogs(this IHostApplicationBuilder builder)
    {
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = DefaultLevels });
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddSingleton<ILogContext, RequestLogContext>();
        builder.Services.AddSingleton<LogContexts>();
        LimitedLoggerFactory.Use(builder.Services);
        builder.Services.AddHostedService<ConsoleFormatCheck>();
        builder.Logging.ClearProviders();
        builder.Logging.AddConsole();
        builder.Logging.AddConsoleFormatter<JsonLogFormatter, ConsoleFormatterOptions>();
        builder.Logging.AddConsoleFormatter<TextLogFormatter, SimpleConsoleFormatterOptions>();
        builder.Services.AddOptions<SimpleConsoleFormatterOptions>().ValidateOnStart();
        var formatter = builder.Environment.IsDevelopment() ? TextLogFormatter.FormatterName : JsonLogFormatter.FormatterName;
        builder.Services.PostConfigure<ConsoleLoggerOptions>(options =>
        {
            if (options.FormatterName is not { Length: > 0 } name || name.Equals(SetByAspire, StringComparison.OrdinalIgnoreCase))
            {
                options.FormatterName = formatter;
            }
        });

        // A blocked console must not block the service: the logger drops records and logs how many.
        builder.Services.Configure<ConsoleLoggerOptions>(options =>
        {
            options.MaxQueueLength = 10_000;
            options.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite;
        });
    }
}

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Choir.ServiceDefaults.Logging;

/// <summary>Says at the start that the chosen console format is one without the limits of Choir's own.</summary>
internal sealed class ConsoleFormatCheck(IOptions<ConsoleLoggerOptions> options, ILogger<ConsoleFormatCheck> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var formatter = options.Value.FormatterName;
        if (!IsOwn(TextLogFormatter.FormatterName) && !IsOwn(JsonLogFormatter.FormatterName))
        {
            logger.ConsoleFormatUnlimited(formatter);
        }

        return Task.CompletedTask;

        bool IsOwn(string name) => name.Equals(formatter, StringComparison.OrdinalIgnoreCase);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

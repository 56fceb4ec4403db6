using Microsoft.Extensions.Logging;

namespace Aspire.Hosting;

/// <summary>Everything that the orchestrator logs.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Error, "Command '{Command}' failed.")]
    public static partial void CommandFailed(this ILogger logger, Exception exception, string command);
}

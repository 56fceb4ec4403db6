using Microsoft.Extensions.Logging;

namespace Aspire.Hosting;

/// <summary>Everything that the orchestrator logs.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Error, "Command '{Command}' failed:")]
    public static partial void CommandFailed(this ILogger logger, Exception exception, string command);

    [LoggerMessage(2, LogLevel.Error, "Resource '{Resource}' failed to start: {Reason}")]
    public static partial void FailedToStart(this ILogger logger, string resource, string reason);

    [LoggerMessage(3, LogLevel.Information, "Process {ProcessId} has ended with exit code {ExitCode}")]
    public static partial void ProcessEnded(this ILogger logger, int processId, int exitCode);

    [LoggerMessage(4, LogLevel.Information, "{LineNumber}: {Line}")]
    public static partial void Line(this ILogger logger, int lineNumber, string line);
}

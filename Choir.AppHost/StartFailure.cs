using Choir.AppHost.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Choir.AppHost;

internal static class StartFailure
{
    private const int ExitCode = 1;

    /// <summary>Removes the host's own record of a failed or cancelled start, which is a stack trace of what is reported here.</summary>
    public static void ReportFailuresOnce(this IDistributedApplicationBuilder builder) =>
        builder.Services.AddLogging(logging => logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None));

    /// <summary>Prints the reason of a failed file or socket operation with a remedy, and returns the exit code.</summary>
    public static int Report(Exception exception) => Report(Reason(exception));

    /// <summary>What is wrong in a file, and where, is said by the cause of the cause.</summary>
    internal static string Reason(Exception exception) =>
        exception is InvalidDataException { InnerException: not null } ? $"{exception.Message} {exception.GetBaseException().Message}" : Reason(exception.Message);

    /// <summary>Adds a remedy to the message of the operating system, where there is one.</summary>
    internal static string Reason(string message) =>
        ToolFailure.FullDisk(message, "Choir's data")
        ?? (message.Contains("address already in use", StringComparison.OrdinalIgnoreCase)
            ? $"{message.TrimEnd('.')}. Another program has just taken this port, possibly another run of Choir. Start again."
            : message);

    /// <summary>Prints the reason, and returns the exit code.</summary>
    public static int Report(string reason)
    {
        Console.Error.WriteLine($"Choir cannot start. {reason}");
        return ExitCode;
    }
}

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
    public static int Report(Exception exception) => Report(exception.Message switch
    {
        var text when text.Contains("No space left on device", StringComparison.Ordinal) =>
            $"{text}. Free about 500 MB, or use another disk: --ephemeral uses the folder of TMPDIR.",
        var text when text.Contains("address already in use", StringComparison.OrdinalIgnoreCase) =>
            $"{text.TrimEnd('.')}. Another program has just taken this port, possibly another run of Choir. Start again.",
        var text => text,
    });

    /// <summary>Prints the reason, and returns the exit code.</summary>
    public static int Report(string reason)
    {
        Console.Error.WriteLine($"Choir cannot start. {reason}");
        return ExitCode;
    }
}

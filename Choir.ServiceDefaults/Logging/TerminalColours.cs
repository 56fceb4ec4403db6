using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Choir.ServiceDefaults.Logging;

/// <summary>The ANSI colours of console records, and whether to use them.</summary>
internal static class TerminalColours
{
    /// <summary>Resets the colour.</summary>
    public const string Plain = "\e[0m";

    public const string Faint = "\e[90m";
    public const string Strong = "\e[1m";

    // See https://no-color.org/ and .NET's console documentation.
    private const string NoColour = "NO_COLOR";
    private const string AllowRedirected = "DOTNET_SYSTEM_CONSOLE_ALLOW_ANSI_COLOR_REDIRECTION";

    /// <param name="wanted">The setting <c>Logging:Console:FormatterOptions:ColorBehavior</c>.</param>
    /// <param name="isRedirected">Whether the output is not a terminal.</param>
    /// <param name="variable">Reads an environment variable.</param>
    public static bool AreShown(LoggerColorBehavior wanted, bool isRedirected, Func<string, string?> variable) => wanted switch
    {
        LoggerColorBehavior.Enabled => true,
        LoggerColorBehavior.Disabled => false,
        _ when variable(NoColour) is { Length: > 0 } => false,
        _ when variable(AllowRedirected) is "1" or "true" => true,
        _ => !isRedirected && variable("TERM") != "dumb",
    };

    public static string Of(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => Faint,
        LogLevel.Information => "\e[32m",
        LogLevel.Warning => "\e[33m",
        LogLevel.Error => "\e[1;31m",
        _ => "\e[1;37;41m",
    };
}

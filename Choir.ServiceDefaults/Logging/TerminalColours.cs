using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Choir.ServiceDefaults.Logging;

/// <summary>Whether a terminal shows colours, and which ones a record has.</summary>
internal static class TerminalColours
{
    /// <summary>Ends every colour.</summary>
    public const string Plain = "\e[0m";

    /// <summary>What is there if it is looked for.</summary>
    public const string Faint = "\e[90m";

    /// <summary>What is looked at first.</summary>
    public const string Strong = "\e[1m";

    // The names under which .NET and terminals are told. See https://no-color.org/.
    private const string NoColour = "NO_COLOR";
    private const string AllowRedirected = "DOTNET_SYSTEM_CONSOLE_ALLOW_ANSI_COLOR_REDIRECTION";

    /// <summary>Whether to write colours.</summary>
    /// <param name="wanted">The setting <c>Logging:Console:FormatterOptions:ColorBehavior</c>.</param>
    /// <param name="isRedirected">Whether the output is no terminal.</param>
    /// <param name="variable">Reads an environment variable.</param>
    public static bool AreShown(LoggerColorBehavior wanted, bool isRedirected, Func<string, string?> variable) => wanted switch
    {
        LoggerColorBehavior.Enabled => true,
        LoggerColorBehavior.Disabled => false,
        _ when variable(NoColour) is { Length: > 0 } => false,
        _ when variable(AllowRedirected) is "1" or "true" => true,
        _ => !isRedirected && variable("TERM") != "dumb",
    };

    /// <summary>A level's colour.</summary>
    /// <param name="level">The level.</param>
    public static string Of(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => Faint,
        LogLevel.Information => "\e[32m",
        LogLevel.Warning => "\e[33m",
        LogLevel.Error => "\e[1;31m",
        _ => "\e[1;37;41m",
    };
}

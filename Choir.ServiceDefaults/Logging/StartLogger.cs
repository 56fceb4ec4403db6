using Microsoft.Extensions.Logging;

namespace Choir.ServiceDefaults.Logging;

/// <summary>
/// Leaves out the records with which the host, the web server and Orleans report a failed or cancelled start: stack traces of what
/// <see cref="ServiceRun"/> says in sentences.
/// </summary>
internal sealed class StartLogger(ILogger inner) : ILogger
{
    private static readonly string[] Categories = ["Microsoft.Extensions.Hosting.Internal.Host", "Microsoft.AspNetCore.Server.Kestrel", "Orleans."];

    private static readonly string[] Events =
    [
        "HostedServiceStartupFaulted",
        "LogErrorMembershipFailedToStart", "LogErrorObserverStartFailure", "LogErrorLifecycleStartFailure", "LogErrorSiloStart",
    ];

    /// <summary>Wraps the loggers of these categories.</summary>
    public static ILogger Wrap(string category, ILogger logger) =>
        Categories.Any(start => category.StartsWith(start, StringComparison.Ordinal)) ? new StartLogger(logger) : logger;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => inner.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (exception is null || !IsOfStart(eventId, state))
        {
            inner.Log(logLevel, eventId, state, exception, formatter);
        }
    }

    // The web server's record has no event.
    private static bool IsOfStart<TState>(EventId eventId, TState state) =>
        eventId.Name is { } name ? Events.Contains(name, StringComparer.Ordinal) : state?.ToString() == "Unable to start Kestrel.";
}

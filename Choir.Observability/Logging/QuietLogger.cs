using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace Choir.Observability;

/// <summary>
/// A logger that ignores exceptions of log providers. Otherwise such an exception could interrupt the end of an actor's turn,
/// and the actor would never take another message.
/// </summary>
[SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A failing log provider must not affect message handling.")]
internal sealed class QuietLogger(ILogger inner) : ILogger
{
    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
    {
        try
        {
            return inner.BeginScope(state);
        }
        catch (Exception)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel)
    {
        try
        {
            return inner.IsEnabled(logLevel);
        }
        catch (Exception)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        try
        {
            inner.Log(logLevel, eventId, state, exception, formatter);
        }
        catch (Exception)
        {
            // A failing log provider must not affect message handling.
        }
    }
}

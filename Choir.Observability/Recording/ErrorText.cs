using System.Diagnostics.CodeAnalysis;
using Choir.Redaction;

namespace Choir.Observability;

/// <summary>What is kept of an exception as the reason of a failure.</summary>
internal static class ErrorText
{
    /// <summary>The most characters.</summary>
    public const int MaxLength = 1_024;

    private const int MaxDepth = 32;

    /// <summary>
    /// The first line of the innermost exception's message, and after it that of the exception itself: Orleans and others wrap what has failed, with its stack in
    /// the message. Does not throw, although a message of the application may.
    /// </summary>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Messages are code of the application.")]
    public static string? Of(Exception? exception)
    {
        if (exception is null)
        {
            return null;
        }

        try
        {
            var innermost = exception;
            for (var depth = 0; innermost.InnerException is { } inner && depth < MaxDepth; depth++)
            {
                innermost = inner;
            }

            var (reason, outer) = (FirstLine(innermost), FirstLine(exception));
            return TextCut.Shorten(
                reason.Length == 0 || outer.Contains(reason, StringComparison.Ordinal) ? outer
                : outer.Length == 0 ? reason
                : $"{reason} ({outer})",
                MaxLength);
        }
        catch (Exception)
        {
            return exception.GetType().Name;
        }
    }

    private static string FirstLine(Exception exception)
    {
        var message = (exception.Message ?? "").TrimStart();
        var end = message.AsSpan().IndexOfAny('\r', '\n');
        return end < 0 ? message : message[..end].TrimEnd();
    }
}

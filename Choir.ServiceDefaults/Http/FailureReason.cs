using System.Text.RegularExpressions;

namespace Choir.ServiceDefaults.Http;

/// <summary>Why a request failed, in the words of the exception that knows it.</summary>
public static partial class FailureReason
{
    /// <summary>The reason. Where a message only points to its inner exception, the words of that one follow or replace it.</summary>
    /// <param name="exception">The exception of the request.</param>
    public static string Of(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        var message = exception.Message;
        var own = Pointer().Replace(message, "");
        if (exception.InnerException is not { } inner)
        {
            return own.Length == message.Length ? message : own + '.';
        }

        if (exception is AggregateException || SaysNothing().IsMatch(message))
        {
            return Of(inner);
        }

        if (own.Length == message.Length && !IsHalf().IsMatch(message))
        {
            return message;
        }

        // A client's exception may have the message of the inner one.
        var reason = Of(inner);
        return reason.StartsWith(own, StringComparison.Ordinal) ? reason : $"{own}: {reason}";
    }

    [GeneratedRegex(@"[.,;]?\s*\(?see (?:the )?inner exceptions?(?: for (?:more )?details)?\)?\.?\s*$", RegexOptions.IgnoreCase)]
    private static partial Regex Pointer();

    [GeneratedRegex(@"^(?:An error occurred while sending the request|Error while copying content to a stream)\.?$")]
    private static partial Regex SaysNothing();

    // Npgsql's words for what it did; the inner exception says what went wrong.
    [GeneratedRegex("^Exception while ")]
    private static partial Regex IsHalf();
}

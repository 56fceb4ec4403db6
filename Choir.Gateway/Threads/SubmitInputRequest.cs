using System.ComponentModel;
using Choir.Gateway.Problems;
using Choir.Observatory.Api.Problems;
using Microsoft.Extensions.Primitives;

namespace Choir.Gateway.Threads;

/// <summary>The body of <c>POST /threads/{threadId}/inputs</c>.</summary>
/// <param name="Content">The text: not empty, without U+0000, at most 1 MiB of UTF-8 unless configured otherwise.</param>
internal sealed record SubmitInputRequest(
    [property: Description("The text: not empty, without U+0000, at most 1 MiB of UTF-8.")] string Content)
{
    public const string KeyHeader = "Idempotency-Key";

    private const int MaxKeyLength = 200;

    /// <exception cref="ProblemException">The content is empty, too large or cannot be stored.</exception>
    public void Check(int maxBytes)
    {
        if (string.IsNullOrWhiteSpace(Content))
        {
            throw ProblemException.Invalid("\"content\" is empty or only white space. Send some text.");
        }

        TextRules.Check(Content, "\"content\"");
        if (TextRules.Utf8Length(Content) is var bytes && bytes > maxBytes)
        {
            throw ProblemException.TooLarge($"\"content\" has {bytes} bytes as UTF-8; the maximum is {maxBytes}.");
        }
    }

    /// <exception cref="ProblemException">There are several keys, or the key is too long or has invalid characters.</exception>
    public static void CheckKey(StringValues keys)
    {
        if (keys.Count > 1)
        {
            throw ProblemException.Invalid($"The request has the header {KeyHeader} {keys.Count} times. Send one key.");
        }

        if (keys.Count == 1 && keys.ToString() is var key && (key.Length is 0 or > MaxKeyLength || !key.All(character => character is >= ' ' and <= '~')))
        {
            throw ProblemException.Invalid($"{KeyHeader} must have 1 to {MaxKeyLength} printable ASCII characters, spaces included.");
        }
    }
}

/// <summary>The answer of <c>POST /threads</c>.</summary>
/// <param name="ThreadId">The new thread's id, a UUIDv7.</param>
/// <param name="CorrelationId">The correlation id of the messages that created it.</param>
internal sealed record ThreadCreated(string ThreadId, Guid CorrelationId);

using System.Globalization;

namespace Choir.LoadTest.Scenarios;

/// <summary>Makes a failure of an answer.</summary>
internal static class Failures
{
    private const int MaxCodeLength = 60;

    /// <summary>The status and, if the answer is a problem (RFC 9457) with a code, the code.</summary>
    public static OperationFailedException Of(Answer answer)
    {
        var status = ((int)answer.Status).ToString(CultureInfo.InvariantCulture);
        var code = answer.Text("code");
        var kind = code is { Length: > 0 and <= MaxCodeLength } && code.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-' or '.')
            ? $"{status} {code}" : status;
        return new OperationFailedException(kind, answer.Text("detail") ?? answer.Text("title") ?? $"The answer was {status} {answer.Status}.");
    }
}

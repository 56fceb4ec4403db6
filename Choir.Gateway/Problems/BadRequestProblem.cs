using System.Text.Json;
using System.Text.RegularExpressions;
using Choir.Actors;
using Choir.ServiceDefaults;

namespace Choir.Gateway.Problems;

/// <summary>Describes why the framework could not read a request, and at which position.</summary>
internal static partial class BadRequestProblem
{
    private const int MaxValueLength = 100;

    /// <param name="exception">The exception of the framework.</param>
    /// <param name="body">The type that the body is read as; null if it is not known.</param>
    public static ProblemException Of(BadHttpRequestException exception, Type? body) => exception switch
    {
        { StatusCode: StatusCodes.Status413PayloadTooLarge } => ProblemException.TooLarge(exception.Message),
        { StatusCode: StatusCodes.Status415UnsupportedMediaType } => ProblemException.UnsupportedMediaType(
            "The body must be JSON: send it with the header Content-Type: application/json."),
        { InnerException: JsonException json } => ProblemException.Invalid($"{JsonProblem.Describe(json, body, "The body")}{Place(json)}."),
        _ when Unbound().Match(exception.Message) is { Success: true } match => ProblemException.Invalid(
            $"The parameter \"{JsonNamingPolicy.CamelCase.ConvertName(match.Groups[2].Value)}\" cannot have the value"
            + $" \"{PlainText.OneLine(match.Groups[3].Value, MaxValueLength)}\"{(match.Groups[1].Value.Contains("int", StringComparison.Ordinal) ? "; it must be a whole number" : "")}."),
        _ when exception.Message.Contains("body", StringComparison.OrdinalIgnoreCase) =>
            ProblemException.Invalid("The body is empty or null; this request needs a JSON object as its body."),
        _ => new ProblemException(exception.StatusCode, ProblemCodes.Of(exception.StatusCode), exception.Message),
    };

    private static string Place(JsonException json) =>
        json.LineNumber is { } line ? $" (line {line + 1}, byte {json.BytePositionInLine + 1})" : "";

    // The framework gives these details only in its message; if its wording changes, a general sentence is used.
    [GeneratedRegex("^Failed to bind parameter \"(\\S+) (\\w+)\" from \"(.*)\"\\.$", RegexOptions.Singleline)]
    private static partial Regex Unbound();
}

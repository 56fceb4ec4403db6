using System.Text.Json;
using System.Text.RegularExpressions;

namespace Choir.Gateway.Problems;

/// <summary>Describes why the framework could not read a request, and at which position.</summary>
internal static partial class BadRequestProblem
{
    public static ProblemException Of(BadHttpRequestException exception) => exception switch
    {
        { StatusCode: StatusCodes.Status413PayloadTooLarge } => ProblemException.TooLarge(exception.Message),
        { StatusCode: StatusCodes.Status415UnsupportedMediaType } => new ProblemException(
            StatusCodes.Status415UnsupportedMediaType,
            ProblemCodes.UnsupportedMediaType,
            "The body must be JSON: send it with the header Content-Type: application/json."),
        { InnerException: JsonException json } => ProblemException.Invalid(Describe(json)),
        _ when Unbound().Match(exception.Message) is { Success: true } match =>
            ProblemException.Invalid($"The parameter \"{match.Groups[1].Value}\" cannot have the value \"{match.Groups[2].Value}\"."),
        _ when exception.Message.Contains("body", StringComparison.OrdinalIgnoreCase) =>
            ProblemException.Invalid("The body is empty or null; this request needs a JSON object as its body."),
        _ => new ProblemException(exception.StatusCode, ProblemCodes.Of(exception.StatusCode), exception.Message),
    };

    private static string Describe(JsonException json)
    {
        var place = json.LineNumber is { } line
            ? $" (line {line + 1}, byte {json.BytePositionInLine + 1})"
            : string.Empty;
        if (MissingMembers().Match(json.Message) is { Success: true } missing)
        {
            return $"The body must have {missing.Groups[1].Value.TrimEnd('.')}.";
        }

        if (Duplicate().Match(json.Message) is { Success: true } twice)
        {
            return $"The body has the property \"{twice.Groups[1].Value}\" twice.";
        }

        if (json.InnerException is { } inner && WrongToken().Match(inner.Message) is { Success: true } token)
        {
            return $"The body is not valid: {Name(json.Path)} must be a {token.Groups[2].Value}, not a"
                + $" {TokenName(token.Groups[1].Value)}{place}.";
        }

        if (json.InnerException is InvalidOperationException)
        {
            return $"The body is not valid: {Name(json.Path)} is not valid Unicode text{place}.";
        }

        if (json.Message.Contains("could not be converted", StringComparison.Ordinal))
        {
            return $"The body is not valid: {Name(json.Path)} must be {(json.Path is "$" or null ? "a JSON object" : "of another type")}{place}.";
        }

        return json.Message.Contains("null", StringComparison.Ordinal) && json.Path is { Length: > 0 } and not "$"
            ? $"The body is not valid: {Name(json.Path)} must not be null{place}."
            : $"The body is not valid JSON{place}.";
    }

    private static string Name(string? path) =>
        path is null or "$" ? "the body" : $"\"{(path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : path)}\"";

    private static string TokenName(string token) => token switch
    {
        "StartObject" => "object",
        "StartArray" => "list",
        "True" or "False" => "boolean",
        _ => token.ToLowerInvariant(),
    };

    // The framework gives these details only in its messages; if their wording changes, a general sentence is used.
    [GeneratedRegex("^Failed to bind parameter \"\\S+ (\\w+)\" from \"(.{0,100})")]
    private static partial Regex Unbound();

    [GeneratedRegex("missing required properties including: (.+)$")]
    private static partial Regex MissingMembers();

    [GeneratedRegex("Duplicate property '(.{1,100}?)'")]
    private static partial Regex Duplicate();

    [GeneratedRegex("token type '(\\w+)' as a (\\w+)")]
    private static partial Regex WrongToken();
}

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;

namespace Choir.Actors;

/// <summary>
/// Says why JSON could not be read: which property is wrong, and what is expected there. The serializer's own messages are for
/// programmers and contain names of .NET types.
/// </summary>
public static partial class JsonProblem
{
    private const int MaxPathLength = 200;

    /// <summary>Describes the problem as a sentence, without the full stop.</summary>
    /// <param name="exception">The exception of the serializer.</param>
    /// <param name="type">The type that the JSON was read as; null if it is not known.</param>
    /// <param name="name">What the JSON is, at the beginning of a sentence, such as <c>The body</c>.</param>
    public static string Describe(JsonException exception, Type? type, string name)
    {
        ArgumentNullException.ThrowIfNull(exception);
        var message = exception.Message;

        // The reader throws a type of its own, and the serializer one around it.
        if (exception.GetType() != typeof(JsonException) || exception.InnerException is JsonException)
        {
            return TooDeep().Match(message) is { Success: true } deep
                ? $"{name} is nested more than {deep.Groups[1].Value} levels deep"
                : $"{name} is not valid JSON";
        }

        if (Duplicate().Match(message) is { Success: true } twice)
        {
            return $"{name} has the property \"{twice.Groups[1].Value}\" twice";
        }

        if (Unmapped().Match(message) is { Success: true } unknown)
        {
            return $"{name} has the unknown property \"{unknown.Groups[1].Value}\"";
        }

        var subject = SubjectOf(exception.Path, name);
        if (MissingMembers().Match(message) is { Success: true } missing)
        {
            return $"{subject} must have {missing.Groups[1].Value}";
        }

        var expected = TypeAt(type, exception.Path);
        if (exception.InnerException is { } inner && WrongToken().Match(inner.Message) is { Success: true } token)
        {
            return token.Groups[1].Value == "Null"
                ? $"{subject} must not be null"
                : $"{subject} must be {Describe(expected)}, not {TokenName(token.Groups[1].Value)}";
        }

        if (exception.InnerException is InvalidOperationException)
        {
            return $"{subject} is not valid Unicode text";
        }

        return message.Contains("could not be converted", StringComparison.Ordinal)
            ? $"{subject} must be {Describe(expected)}"
            : message.Contains("null", StringComparison.Ordinal) ? $"{subject} must not be null"
            : $"{subject} is not valid";
    }

    // A path contains property names of the caller.
    private static string SubjectOf(string? path, string name) =>
        path is null or "$" ? name
        : path.Length > MaxPathLength ? $"{name} is not valid: a value"
        : $"{name} is not valid: \"{(path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : path)}\"";

    /// <summary>The type of the value at a path of the serializer; null if it is not known.</summary>
    private static Type? TypeAt(Type? type, string? path)
    {
        foreach (Match step in Step().Matches(path ?? ""))
        {
            if (type is null)
            {
                return null;
            }

            var info = InfoOf(type);
            type = info.Kind == JsonTypeInfoKind.Object
                ? info.Properties.FirstOrDefault(one => step.Groups[1].Value.Equals(one.Name, StringComparison.OrdinalIgnoreCase))?.PropertyType
                : info.ElementType;
        }

        return type;
    }

    private static JsonTypeInfo InfoOf(Type type) => ActorJson.Options.GetTypeInfo(Nullable.GetUnderlyingType(type) ?? type);

    private static string Describe(Type? type)
    {
        type = type is null ? null : Nullable.GetUnderlyingType(type) ?? type;
        return type switch
        {
            null => "of another type",
            { IsEnum: true } => $"one of {string.Join(", ", Enum.GetNames(type).Select(JsonNamingPolicy.CamelCase.ConvertName))}",
            _ when type == typeof(Guid) => "a UUID such as 0192f7a0-1b2c-7d3e-8f40-5a6b7c8d9e0f",
            _ when type == typeof(DateTimeOffset) => "a date and time such as 2026-11-29T12:30:00Z",
            _ when type == typeof(TimeSpan) => "a duration such as 00:01:30",
            _ when type == typeof(byte[]) => "a string in Base64",
            _ => Type.GetTypeCode(type) switch
            {
                TypeCode.String => "a string",
                TypeCode.Boolean => "true or false",
                TypeCode.DateTime => "a date and time such as 2026-11-29T12:30:00Z",
                TypeCode.Single or TypeCode.Double or TypeCode.Decimal => "a number",
                >= TypeCode.SByte and <= TypeCode.UInt64 => $"a whole number from {Limit(type, "MinValue")} to {Limit(type, "MaxValue")}",
                _ => InfoOf(type).Kind switch
                {
                    JsonTypeInfoKind.Object or JsonTypeInfoKind.Dictionary => "a JSON object",
                    JsonTypeInfoKind.Enumerable => "a list",
                    _ => "of another type",
                },
            },
        };
    }

    private static string Limit(Type number, string constant) =>
        string.Create(CultureInfo.InvariantCulture, $"{number.GetField(constant)!.GetRawConstantValue()}");

    private static string TokenName(string token) => token switch
    {
        "StartObject" => "an object",
        "StartArray" => "a list",
        "True" or "False" => "a boolean",
        _ => $"a {token.ToLowerInvariant()}",
    };

    // The serializer gives these details only in its messages; if their wording changes, a general sentence is used.
    [GeneratedRegex("maximum configured depth of (\\d+)")]
    private static partial Regex TooDeep();

    [GeneratedRegex("missing required properties including: (.+?)\\.?$")]
    private static partial Regex MissingMembers();

    [GeneratedRegex("Duplicate property '(.{1,100}?)'")]
    private static partial Regex Duplicate();

    [GeneratedRegex("^The JSON property '(.{1,100}?)' could not be mapped")]
    private static partial Regex Unmapped();

    [GeneratedRegex("token type '(\\w+)' as a ")]
    private static partial Regex WrongToken();

    [GeneratedRegex(@"\.([^.\[]+)|\['(.*?)'\]|\[\d+\]")]
    private static partial Regex Step();
}

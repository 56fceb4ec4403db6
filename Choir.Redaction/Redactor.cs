using System.Text.Json;

namespace Choir.Redaction;

/// <summary>
/// Removes secrets: the values of names that consist of words for secrets (<see cref="SecretNames"/>), in texts too
/// (<see cref="SecretPairs"/>), and parts of texts that have the shape of one (<see cref="SecretShapes"/>).
/// </summary>
public static class Redactor
{
    /// <summary>What is shown in place of a secret.</summary>
    public const string Mark = "[redacted]";

    /// <summary>Whether a value of this name is a secret.</summary>
    /// <param name="name">The name, in camel case, Pascal case, snake case or kebab case.</param>
    /// <param name="isText">Whether the value is text. Numbers are secrets less often: <c>tokens</c> may be a count.</param>
    public static bool IsSecret(string name, bool isText = true) =>
        SecretNames.KindOf(name) is var kind && (kind == SecretKind.Any || (kind == SecretKind.Text && isText));

    /// <summary>Replaces what has the shape of a secret, and the values of the names of secrets.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The same instance if there is none.</returns>
    public static string Clean(string text) => SecretPairs.Clean(SecretShapes.Clean(text));

    /// <summary>Whether a JSON value of this name is a secret. Null, true and false never are.</summary>
    /// <param name="name">The name.</param>
    /// <param name="value">What kind of value it is.</param>
    public static bool IsSecret(string name, JsonValueKind value) => value switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined or JsonValueKind.True or JsonValueKind.False => false,
        _ => IsSecret(name, value != JsonValueKind.Number),
    };
}

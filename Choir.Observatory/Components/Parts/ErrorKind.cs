using System.Text.RegularExpressions;

namespace Choir.Observatory.Components.Parts;

/// <summary>What errors of the same kind have in common: their text without ids and numbers.</summary>
internal static partial class ErrorKind
{
    private const int MaxLength = 500;

    /// <summary>The text with a placeholder for each word that has a digit.</summary>
    public static string Of(string? error) =>
        error is null ? "" : WordWithDigits().Replace(error.Length > MaxLength ? error[..MaxLength] : error, "#");

    [GeneratedRegex(@"[\w-]*\d[\w-]*", RegexOptions.CultureInvariant)]
    private static partial Regex WordWithDigits();
}

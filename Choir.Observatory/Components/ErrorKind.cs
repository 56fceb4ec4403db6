using System.Text.RegularExpressions;

namespace Choir.Observatory.Components;

/// <summary>What errors of the same kind have in common: their text without ids and numbers.</summary>
internal static partial class ErrorKind
{
    private const int MaxLength = 500;
    private const int MaxRead = 4_000;
    private const int MaxShown = 160;

    /// <summary>The text with a placeholder for each word that has a digit.</summary>
    public static string Of(string? error) =>
        error is null ? "" : Cut(WordWithDigits().Replace(Cut(error, MaxRead), "#"), MaxLength);

    /// <summary>An error as a part of a sentence.</summary>
    public static string Shorten(string error) => error.Length <= MaxShown ? error.TrimEnd('.') : $"{error[..MaxShown]}…";

    private static string Cut(string text, int length) => text.Length > length ? text[..length] : text;

    [GeneratedRegex(@"[\w-]*\d[\w-]*", RegexOptions.CultureInvariant)]
    private static partial Regex WordWithDigits();
}

using System.Globalization;
using System.Text.RegularExpressions;

namespace Choir.LoadTest.Scenarios;

/// <summary>
/// A text with placeholders: <c>{user}</c>, <c>{n}</c> (the number of the operation), <c>{random}</c> (0 to 999,999) and
/// <c>{uuid}</c>. Another single word in braces is probably misspelt; all other braces are text.
/// </summary>
internal sealed partial class TextTemplate
{
    /// <summary>All placeholders, for errors.</summary>
    public const string Names = "{user}, {n}, {random} and {uuid}";

    private const int RandomLimit = 1_000_000;

    // Texts and, at every odd place, the name of a placeholder.
    private readonly string[] _parts;

    public TextTemplate(string text) => _parts = Placeholder().Split(text);

    /// <summary>The single words in braces that are no placeholders.</summary>
    public static IEnumerable<string> Unknown(string text) => Word().Matches(Placeholder().Replace(text, ""))
        .Select(match => match.Groups[1].Value).Distinct(StringComparer.Ordinal);

    public string Fill(Operation operation)
    {
        if (_parts.Length == 1)
        {
            return _parts[0];
        }

        var parts = new string[_parts.Length];
        for (var index = 0; index < parts.Length; index++)
        {
            parts[index] = index % 2 == 0 ? _parts[index] : Value(_parts[index], operation);
        }

        return string.Concat(parts);
    }

    private static string Value(string name, Operation operation) => name switch
    {
        "user" => operation.User.ToString(CultureInfo.InvariantCulture),
        "n" => operation.Number.ToString(CultureInfo.InvariantCulture),
        "random" => operation.Next(RandomLimit).ToString(CultureInfo.InvariantCulture),
        _ => operation.NextGuid().ToString("D"),
    };

    [GeneratedRegex(@"\{(user|n|random|uuid)\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"\{([A-Za-z_][A-Za-z0-9_-]*)\}")]
    private static partial Regex Word();
}

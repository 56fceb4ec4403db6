using System.Buffers;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Choir.Redaction;

/// <summary>
/// Removes secrets that are known from configuration, such as the key in the address of a server, from what that server answers:
/// servers repeat keys and paths in their errors.
/// </summary>
public sealed class KnownSecrets
{
    /// <summary>The minimum length of a secret. A shorter one may be part of any word.</summary>
    public const int MinLength = 8;

    // A shorter one must stand alone: it may be part of a number.
    private const int LongLength = 16;

    private static readonly SearchValues<char> Separators = SearchValues.Create("/?#&=:;");

    private readonly Regex? _secrets;

    private KnownSecrets(IEnumerable<string> secrets)
    {
        string[] known = [.. secrets.Select(Uri.UnescapeDataString).Where(secret => secret.Length >= MinLength).Distinct(StringComparer.Ordinal)];
        _secrets = known.Length == 0
            ? null
            : new Regex(
                string.Join('|', known.OrderByDescending(secret => secret.Length).Select(Pattern)),
                RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
    }

    /// <summary>The secrets of an address: its user info, and each long segment of its path, value of its query and fragment.</summary>
    /// <param name="address">The address; null for none.</param>
    /// <param name="keys">Other secrets that the server knows.</param>
    public static KnownSecrets Of(Uri? address, params IEnumerable<string?> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return new KnownSecrets([.. keys.OfType<string>(), .. address is { IsAbsoluteUri: true } ? PartsOf(address) : []]);
    }

    /// <summary>Replaces the secrets, also where they are escaped as in an address, in JSON or in HTML.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The same instance if it contains none.</returns>
    public string Clean(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return _secrets?.Replace(text, Redactor.Mark) ?? text;
    }

    private static IEnumerable<string> PartsOf(Uri address)
    {
        foreach (var part in (string[])[address.UserInfo, .. address.PathAndQuery.Split('/', '?'), address.Fragment.TrimStart('#')])
        {
            yield return part;
            if (part.AsSpan().ContainsAny(Separators))
            {
                foreach (var piece in part.Split('&', ';', ':').Select(piece => piece[(piece.IndexOf('=', StringComparison.Ordinal) + 1)..]))
                {
                    yield return piece;
                }
            }
        }
    }

    // After the escape of a line break, a letter before the secret is none.
    private static string Pattern(string secret)
    {
        var pattern = string.Concat(secret.EnumerateRunes().Select(rune => $"(?:{string.Join('|', Forms(rune.ToString()).Distinct().Select(Regex.Escape))})"));
        return secret.Length >= LongLength ? pattern : @"(?<![\p{L}\p{Nd}](?<!\\[nrt]))" + pattern + @"(?![\p{L}\p{Nd}])";
    }

    private static IEnumerable<string> Forms(string character) =>
    [
        character, "\\" + character, string.Concat(character.Select(unit => $"\\u{(int)unit:x4}")), WebUtility.HtmlEncode(character),
        string.Concat(Encoding.UTF8.GetBytes(character).Select(value => $"%{value:x2}")),
    ];
}

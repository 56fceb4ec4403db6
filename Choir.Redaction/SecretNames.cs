using System.Collections.Concurrent;
using System.Collections.Frozen;

namespace Choir.Redaction;

/// <summary>Which values of a name are secrets.</summary>
internal enum SecretKind
{
    /// <summary>None.</summary>
    None,

    /// <summary>Texts and structures, but not numbers.</summary>
    Text,

    /// <summary>All.</summary>
    Any,
}

/// <summary>
/// Recognises names of secrets by whole words: <c>apiKey</c>, <c>API_KEY</c> and <c>api-key</c> are the words <c>api</c> and
/// <c>key</c>; <c>tokenizer</c> and <c>pinned</c> are words of their own.
/// </summary>
internal static class SecretNames
{
    // Names may come from the keys of dictionaries, so there may be any number of them.
    private const int MaxCached = 4_096;
    private const int MaxCachedLength = 128;

    private static readonly FrozenSet<string> Words = Set(
        "password passwords passwd pwd pw passwort kennwort passphrase passphrases passcode passcodes secret secrets jwt jwts bearer mnemonic"
        + " mnemonics pin pins otp totp credential credentials creds authorization cookie cookies cvv cvc iban jsessionid phpsessid"
        + " connectionstring connectionstrings seedphrase seedwords basicauth cardnumber sharedaccesssignature");

    // At the end of a word that has no separator between its words, as in "dbpassword".
    private static readonly string[] Endings = ["password", "passwords", "passwd", "passwort", "secret", "secrets", "credentials"];

    // In front of "key" or "keys".
    private static readonly FrozenSet<string> KeyWords = Set(
        "api private access secret encryption signing master account shared ssh session hmac aes rsa wallet webhook decryption license"
        + " subscription function deploy admin root auth");

    // In front of "phrase", "code" or "words", or their plurals.
    private static readonly FrozenSet<string> CodeWords = Set("seed recovery backup security verification mfa pin");

    // In front of "tokens".
    private static readonly FrozenSet<string> TokenWords = Set(
        "access refresh auth api bearer id session csrf xsrf oauth security device push reset");

    // At the end of a name: the value is something about the secret.
    private static readonly FrozenSet<string> Details = Set(
        "count counts limit limits length size age expires expiry expiration expired at policy policies rules attempts retries strength min"
        + " max minimum maximum required version exception exceptions error errors failure failures handler service actor controller"
        + " provider manager middleware");

    // In front of "signature": of an address that gives access. Other signatures are public.
    private static readonly FrozenSet<string> SignatureWords = Set("amz goog access");

    // After "token": what describes one, or a token of a language model or of a chain.
    private static readonly FrozenSet<string> TokenDetails = Set(
        "count counts limit limits usage used budget budgets type types size length rate index id ids name symbol address contract"
        + " standard expiry expires expiration at price cost per decimals supply");

    private static readonly ConcurrentDictionary<string, SecretKind> Cached = new(StringComparer.Ordinal);

    public static SecretKind KindOf(string name)
    {
        if (Cached.TryGetValue(name, out var known))
        {
            return known;
        }

        var kind = IsModelKey(name) ? SecretKind.Any : Find([.. Split(name)]);
        if (name.Length <= MaxCachedLength && Cached.Count < MaxCached)
        {
            Cached.TryAdd(name, kind);
        }

        return kind;
    }

    /// <summary>The words of a name, in lower case.</summary>
    internal static IEnumerable<string> Split(string name)
    {
        var start = 0;
        for (var at = 0; at <= name.Length; at++)
        {
            if (at < name.Length && char.IsLetter(name[at]) && !IsStart(name, at, start))
            {
                continue;
            }

            if (at > start)
            {
                yield return name[start..at].ToLowerInvariant();
            }

            start = at < name.Length && char.IsLetter(name[at]) ? at : at + 1;
        }
    }

    // A capital starts a word after a small letter, and before one: "JWTToken" is "jwt" and "token".
    private static bool IsStart(string name, int at, int start) =>
        at > start && char.IsUpper(name[at])
        && (!char.IsUpper(name[at - 1]) || (at + 1 < name.Length && char.IsLower(name[at + 1])));

    // Choir's own setting. In other names "model key" may be an id.
    private static bool IsModelKey(string name) =>
        name.EndsWith("model:key", StringComparison.OrdinalIgnoreCase) || name.EndsWith("model__key", StringComparison.OrdinalIgnoreCase);

    private static SecretKind Find(string[] words)
    {
        var kind = SecretKind.None;
        if (words.Length > 1 && Details.Contains(words[^1]))
        {
            return kind;
        }

        for (var index = 0; index < words.Length; index++)
        {
            var (before, word, after) = (index > 0 ? words[index - 1] : "", words[index], index + 1 < words.Length ? words[index + 1] : "");
            if (IsSecret(before, word) || (word == "pass" && after.Length == 0))
            {
                return SecretKind.Any;
            }

            if ((word == "token" && before != "cancellation" && !TokenDetails.Contains(after))
                || (word == "tokens" && (TokenWords.Contains(before) || words.Length == 1)))
            {
                kind = SecretKind.Text;
            }
        }

        return kind;
    }

    private static bool IsSecret(string before, string word) =>
        Words.Contains(word) || Endings.Any(ending => word.EndsWith(ending, StringComparison.Ordinal)) || word switch
        {
            "key" or "keys" => KeyWords.Contains(before),
            "string" or "strings" => before == "connection",
            "phrase" or "phrases" or "code" or "codes" or "words" => CodeWords.Contains(before),
            "auth" => before == "basic",
            "number" => before == "card",
            "signature" => SignatureWords.Contains(before),
            _ => IsCompound(word, "token", TokenWords) || IsCompound(word, "key", KeyWords) || IsCompound(word, "keys", KeyWords),
        };

    // Two words without a separator: "apikey", "openaiapikey".
    private static bool IsCompound(string word, string end, FrozenSet<string> starts) =>
        word.EndsWith(end, StringComparison.Ordinal) && word[..^end.Length] is { Length: > 0 } start
        && starts.Any(known => start.EndsWith(known, StringComparison.Ordinal));

    private static FrozenSet<string> Set(string words) => words.Split(' ').ToFrozenSet(StringComparer.Ordinal);
}

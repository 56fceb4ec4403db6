using System.Buffers;
using System.Text.RegularExpressions;

namespace Choir.Redaction;

/// <summary>Recognises secrets by their shape: credentials in addresses, JSON web tokens, private keys, tokens of known providers, webhooks.</summary>
internal static partial class SecretShapes
{
    // A plus, a slash or an equals sign may be escaped in JSON.
    private const string TokenSign = @"(?:[a-z0-9._~+/=-]|\\u00(?:2[bf]|3d))";

    // Every shape contains one of these. Most texts contain none, and are searched once.
    private static readonly SearchValues<string> Hints = SearchValues.Create(
        [
            "://", "eyJ", "PRIVATE KEY", "bearer", "basic", "sk-", "sk_", "rk_", "whsec_", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_",
            "glpat-", "xox", "xapp-", "akia", "asia", "aiza", "ya29.", "npm_", "pypi-", "SG.", "hf_", "gsk_", "dckr_pat_", "shpat_", "hvs.",
            "dop_v1_", "hooks.slack.com", "/webhooks/", "webhook.office.com", ":AA", ".infura.io", "alchemy", "ankr.com", "quiknode.pro",
        ],
        StringComparison.OrdinalIgnoreCase);

    // Without backtracking, because it may start at each dash of a long word.
    private static readonly Regex WebToken = new(@"\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*){0,3}", RegexOptions.NonBacktracking);

    public static string Clean(string text)
    {
        if (!text.AsSpan().ContainsAny(Hints))
        {
            return text;
        }

        text = PrivateKey().Replace(text, Redactor.Mark);
        text = UserInfo().Replace(text, $"$1{Redactor.Mark}@");
        text = Header().Replace(text, $"$1 {Redactor.Mark}");
        var basic = Basic().Replace(text, match => IsUserAndPassword(match.Groups[2].Value) ? $"{match.Groups[1]} {Redactor.Mark}" : match.Value);
        text = basic == text ? text : basic;
        text = WebToken.Replace(text, Redactor.Mark);
        text = Provider().Replace(text, Redactor.Mark);
        return Address().Replace(text, $"$1{Redactor.Mark}");
    }

    private static bool IsUserAndPassword(string base64)
    {
        Span<byte> decoded = stackalloc byte[base64.Length];
        return Convert.TryFromBase64String(base64.TrimEnd('=').PadRight((base64.TrimEnd('=').Length + 3) / 4 * 4, '='), decoded, out var length)
            && decoded[..length].Contains((byte)':') && !decoded[..length].ContainsAnyExceptInRange((byte)' ', (byte)'~');
    }

    [GeneratedRegex(@"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----.*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----|\z)", RegexOptions.Singleline)]
    private static partial Regex PrivateKey();

    // The password of scheme://user:password@host, or a long user name alone, which is a token.
    [GeneratedRegex(@"(://(?:[^\s/?#:@""'<>]{0,256}:(?=[^\s/?#]{1,512}@)|(?=[^\s/?#:@""'<>]{16,512}@)))[^\s/?#]{1,512}@")]
    private static partial Regex UserInfo();

    // Ordinary words may follow "bearer" and "basic", so that the rest must have a digit or a sign, or be long.
    [GeneratedRegex(
        @"\b(bearer|basic)\s{1,8}(?=" + TokenSign + @"{0,200}(?:[0-9]|[._=~+/][a-z0-9]|\\u00)|" + TokenSign + "{20})" + TokenSign + "{6,}",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Header();

    // Ordinary words without a digit are Base64 too: what they decode to decides.
    [GeneratedRegex(@"\b(basic)\s{1,8}([a-z0-9+/]{6,512}={0,2})(?![a-z0-9+/=])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Basic();

    [GeneratedRegex(
        @"\b(?:sk-[A-Za-z0-9_-]{16,}|[sr]k_(?:live|test)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9+/=]{16,}|gh[pousr]_[A-Za-z0-9]{16,}"
        + "|github_pat_[A-Za-z0-9_]{16,}|glpat-[A-Za-z0-9_-]{16,}(?:[.][A-Za-z0-9_-]{2,64}){0,3}|xox[abeposr]-[A-Za-z0-9-]{10,}|xapp-[A-Za-z0-9-]{10,}"
        + @"|A[KS]IA[A-Z0-9]{12,}|AIza[A-Za-z0-9_-]{30,}|ya29\.[A-Za-z0-9_-]{16,}|npm_[A-Za-z0-9]{20,}|pypi-[A-Za-z0-9_-]{32,}"
        + @"|SG\.[A-Za-z0-9_-]{16,64}\.[A-Za-z0-9_-]{16,}|hf_[A-Za-z0-9]{20,}|gsk_[A-Za-z0-9]{20,}|dckr_pat_[A-Za-z0-9_-]{16,}"
        + @"|shpat_[A-Za-z0-9]{16,}|hvs\.[A-Za-z0-9_-]{20,}|dop_v1_[a-f0-9]{32,}|(?:bot)?[0-9]{6,12}:AA[A-Za-z0-9_-]{20,})")]
    private static partial Regex Provider();

    // Addresses whose path is the secret: webhooks and Ethereum nodes.
    [GeneratedRegex(
        @"(hooks\.slack\.com/[a-z]{1,16}/|(?:discord|discordapp)\.com/api/(?:v[0-9]{1,2}/)?webhooks/|webhook\.office\.com/[a-z0-9]{1,16}/"
        + @"|(?:\.infura\.io|\.alchemy\.com|\.alchemyapi\.io|\.ankr\.com|\.quiknode\.pro)/(?:[a-z0-9_-]{1,24}/){0,3}?(?=[a-z0-9_-]{20}))"
        + @"(?!\[redacted\])[^\s""'<>\\,;)]{1,2048}",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Address();
}

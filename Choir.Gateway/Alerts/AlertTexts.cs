using System.Security.Cryptography;
using System.Text;
using Choir.ServiceDefaults;

namespace Choir.Gateway.Alerts;

/// <summary>Limits the texts of an alert, which a caller chose, before they are kept, logged or shown.</summary>
internal static class AlertTexts
{
    /// <summary>The maximum length of a label's value in characters.</summary>
    public const int MaxLabel = 1_024;

    /// <summary>The maximum length of an annotation in characters.</summary>
    public const int MaxAnnotation = 4_096;

    /// <summary>The maximum number of labels and of annotations.</summary>
    private const int MaxTexts = 64;

    private const int MaxName = 256;

    private const int MaxKey = 2_048;

    private static readonly IReadOnlyDictionary<string, string> Nothing = new Dictionary<string, string>();

    /// <summary>Cuts each text to a length, and leaves out the texts above the maximum number.</summary>
    public static IReadOnlyDictionary<string, string> Cut(IReadOnlyDictionary<string, string>? texts, int maxLength) =>
        texts is null || texts.Count == 0 ? Nothing
        : texts.Count <= MaxTexts && texts.All(text => text.Key.Length <= MaxName && text.Value.Length <= maxLength) ? texts
        : texts.Take(MaxTexts)
            .DistinctBy(text => PlainText.Shorten(text.Key, MaxName), StringComparer.Ordinal)
            .ToDictionary(text => PlainText.Shorten(text.Key, MaxName), text => PlainText.Shorten(text.Value, maxLength));

    /// <summary>Identifies an alert by all its labels. A long key ends with a hash.</summary>
    public static string KeyOf(IReadOnlyDictionary<string, string> labels)
    {
        var key = string.Join(
            ", ", labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}=\"{label.Value}\""));
        return key.Length <= MaxKey
            ? key
            : $"{PlainText.Shorten(key, MaxKey)} {Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key)))}";
    }

    /// <summary>The size of texts in memory, in bytes.</summary>
    public static long Bytes(IReadOnlyDictionary<string, string> texts) => texts.Sum(text => Bytes(text.Key) + Bytes(text.Value));

    /// <summary>The size of a text in memory, in bytes.</summary>
    public static long Bytes(string? text)
    {
        const int Overhead = 32;
        return text is null ? 0 : Overhead + (2L * text.Length);
    }
}

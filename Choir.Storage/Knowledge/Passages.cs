using System.Text;
using Choir.ServiceDefaults;

namespace Choir.Storage;

/// <summary>Splits a text into passages of one or two paragraphs, which are indexed separately.</summary>
internal static class Passages
{
    /// <summary>The usual length of a passage, in UTF-16 units; it is at most a third longer.</summary>
    public const int Length = 1_200;

    /// <summary>How much of a text is indexed, in bytes of UTF-8.</summary>
    public const int MaxBytes = 512 * 1024;

    private const int Slack = Length / 3;

    /// <summary>The passages of a text, in order and trimmed.</summary>
    public static IEnumerable<string> Of(string text)
    {
        text = Truncate(text);
        for (var start = 0; start < text.Length;)
        {
            var end = text.Length - start <= Length + Slack ? text.Length : End(text, start);
            var passage = text[start..end].Trim();
            if (passage.Length > 0)
            {
                yield return passage;
            }

            start = end;
        }
    }

    /// <summary>Whether all sentences of a passage are questions.</summary>
    public static bool IsQuestion(string passage)
    {
        var sentences = passage.Split(['.', '!', '。', '！', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return sentences.Length > 0 && Array.TrueForAll(sentences, sentence => sentence[^1] is '?' or '？' or '؟');
    }

    // The last end of a paragraph, otherwise of a sentence, otherwise of a word, within the permitted length.
    private static int End(string text, int start)
    {
        var window = text.AsSpan(start + Length - Slack, 2 * Slack);
        ReadOnlySpan<string> separators = ["\n\n", "\n", "。", ". ", "? ", "! ", "！", "？", "؟ ", " "];
        foreach (var separator in separators)
        {
            if (window.LastIndexOf(separator, StringComparison.Ordinal) is >= 0 and var found)
            {
                return start + Length - Slack + found + separator.Length;
            }
        }

        return PlainText.Border(text, start + Length);
    }

    private static string Truncate(string text)
    {
        if (text.Length <= MaxBytes / 3 || Encoding.UTF8.GetByteCount(text) <= MaxBytes)
        {
            return text;
        }

        var bytes = 0;
        var length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > MaxBytes)
            {
                break;
            }

            length += rune.Utf16SequenceLength;
        }

        return text[..length];
    }
}

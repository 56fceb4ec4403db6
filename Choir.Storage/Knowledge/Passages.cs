using System.Text;

namespace Choir.Storage;

/// <summary>Splits a long text into passages of the size of a paragraph or two, so that each is found by itself.</summary>
internal static class Passages
{
    /// <summary>A passage is about so many characters long, and at most a third longer.</summary>
    public const int Length = 1_200;

    /// <summary>So much of a text is indexed, in bytes of UTF-8.</summary>
    public const int MaxBytes = 512 * 1024;

    private const int Slack = Length / 3;

    /// <summary>The passages of a text, in order. Whitespace around them is gone.</summary>
    public static IEnumerable<string> Of(string text)
    {
        text = Bounded(text);
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

    /// <summary>Whether a passage asks only, and so tells nothing.</summary>
    public static bool IsQuestion(string passage)
    {
        var sentences = passage.Split(['.', '!', '。', '！', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return sentences.Length > 0 && Array.TrueForAll(sentences, sentence => sentence[^1] is '?' or '？' or '؟');
    }

    // Where a paragraph ends, else a sentence, else a word, as near to the wanted length as may be.
    private static int End(string text, int start)
    {
        var window = text.AsSpan(start + Length - Slack, 2 * Slack);
        ReadOnlySpan<string> breaks = ["\n\n", "\n", "。", ". ", "? ", "! ", "！", "？", "؟ ", " "];
        foreach (var one in breaks)
        {
            if (window.LastIndexOf(one, StringComparison.Ordinal) is >= 0 and var found)
            {
                return start + Length - Slack + found + one.Length;
            }
        }

        var end = start + Length;
        return char.IsHighSurrogate(text[end - 1]) ? end - 1 : end;
    }

    private static string Bounded(string text)
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

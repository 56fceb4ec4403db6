using System.Buffers;
using System.Text;
using Choir.Storage;

namespace Choir.ActorHost.PostChain.Model.Text;

/// <summary>A sentence of a text.</summary>
/// <param name="Text">The sentence on one line, white space collapsed.</param>
/// <param name="Index">Its position in the text, from 0.</param>
/// <param name="BeginsParagraph">Whether it is the first of its paragraph.</param>
internal sealed record Sentence(string Text, int Index, bool BeginsParagraph)
{
    /// <summary>Whether it ends with a terminator; a heading or a list item often does not.</summary>
    public bool IsTerminated => Text.TrimEnd(SentenceSplitter.ClosingMarks) is { Length: > 0 } text
        && SentenceSplitter.IsTerminator(text[^1]);
}

/// <summary>Splits text into sentences at the full stops of many scripts, paragraphs, list items and headings.</summary>
internal static class SentenceSplitter
{
    /// <summary>The longest sentence, in UTF-16 units. A longer one is cut, at a space if possible.</summary>
    public const int MaxSentence = 600;

    /// <summary>Characters that may follow a full stop within its sentence.</summary>
    public const string ClosingMarkCharacters = "\"'”’»)]}」』）】*_";

    internal static readonly char[] ClosingMarks = ClosingMarkCharacters.ToCharArray();

    /// <summary>A line of only these is not a sentence: rules, bullets.</summary>
    private static readonly SearchValues<char> Ornaments = SearchValues.Create(" .-*_#=|>•");

    private static readonly SearchValues<char> Breaks = SearchValues.Create(" \t\n、，,");

    private static readonly HashSet<string> Abbreviations = new(StringComparer.OrdinalIgnoreCase)
    {
        "dr", "mr", "mrs", "ms", "prof", "st", "vs", "etc", "e.g", "i.e", "cf", "fig", "no", "vol", "approx", "inc", "jr",
        "z.b", "d.h", "u.a", "bzw", "ca", "usw", "nr", "abb", "vgl", "sog", "m", "mme", "mlle", "p.ex", "sr", "sra", "p.ej",
    };

    public static bool IsTerminator(char character) => character is '.' or '!' or '?' or '…' or '。' or '！' or '？'
        or '؟' or '۔' or '।' or '．' or '｡';

    public static List<Sentence> Split(string text)
    {
        var sentences = new List<Sentence>();
        var start = 0;
        var beginsParagraph = true;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n' && EndsBlock(text, i))
            {
                Add(sentences, text.AsSpan(start, i - start), ref beginsParagraph);
                start = i + 1;
                beginsParagraph = true;
            }
            else if (IsTerminator(text[i]) && EndOfSentence(text, start, i) is { } end)
            {
                Add(sentences, text.AsSpan(start, end - start), ref beginsParagraph);
                start = end;
                i = end - 1;
            }
        }

        Add(sentences, text.AsSpan(start), ref beginsParagraph);
        return sentences;
    }

    /// <summary>Whether a line break ends a paragraph, list item or heading, as opposed to a wrapped line.</summary>
    private static bool EndsBlock(string text, int newLine)
    {
        var lineStart = newLine == 0 ? 0 : text.LastIndexOf('\n', newLine - 1, Math.Min(newLine, MaxSentence)) + 1;
        var line = text.AsSpan(lineStart, newLine - lineStart).TrimStart();
        var rest = text.AsSpan(newLine + 1).TrimStart(" \t\r");
        return rest.Length == 0 || rest[0] is '\n' or '#' or '•' or '|' or '>'
            || (rest[0] is '-' or '*' && rest.Length > 1 && rest[1] == ' ')
            || (char.IsAsciiDigit(rest[0]) && rest.Length > 2 && rest[1] is '.' or ')' && rest[2] == ' ')
            || (line.Length > 0 && line[0] is '#' or '|');
    }

    /// <summary>The position after the sentence that a mark ends; null if the mark does not end a sentence.</summary>
    private static int? EndOfSentence(string text, int start, int mark)
    {
        var end = mark + 1;
        while (end < text.Length && IsTerminator(text[end]))
        {
            end++;
        }

        while (end < text.Length && ClosingMarkCharacters.Contains(text[end], StringComparison.Ordinal))
        {
            end++;
        }

        // Full-width marks need no space after them; the others do.
        if (text[mark] is not ('.' or '!' or '?' or '…') || end == text.Length)
        {
            return end;
        }

        if (!char.IsWhiteSpace(text[end]) && TextScripts.Of(RuneAt(text, end)) is not
            (TextScript.Han or TextScript.Hiragana or TextScript.Katakana or TextScript.Unspaced))
        {
            return null;
        }

        if (text[mark] != '.' || end > mark + 1)
        {
            return end;
        }

        var wordStart = mark;
        while (wordStart > start && !char.IsWhiteSpace(text[wordStart - 1]) && text[wordStart - 1] is not ('(' or '"'))
        {
            wordStart--;
        }

        var word = text.AsSpan(wordStart, mark - wordStart);
        var isOrdinal = word.Length is 1 or 2 && char.IsAsciiDigit(word[0]) && char.IsAsciiDigit(word[^1]);
        var isInitial = word.Length == 1 && char.IsUpper(word[0]);
        return isOrdinal || isInitial || Abbreviations.GetAlternateLookup<ReadOnlySpan<char>>().Contains(word) ? null : end;
    }

    private static Rune RuneAt(string text, int position) =>
        Rune.TryGetRuneAt(text, position, out var rune) ? rune : Rune.ReplacementChar;

    private static void Add(List<Sentence> sentences, ReadOnlySpan<char> text, ref bool beginsParagraph)
    {
        text = text.Trim();
        while (text.Length > 0)
        {
            var length = text.Length <= MaxSentence ? text.Length : CutBefore(text, MaxSentence);
            var line = OneLine(text[..length]);
            if (line.AsSpan().ContainsAnyExcept(Ornaments))
            {
                sentences.Add(new Sentence(line, sentences.Count, beginsParagraph));
                beginsParagraph = false;
            }

            text = text[length..].TrimStart();
        }
    }

    /// <summary>The best position to cut at or before a limit: after a space if one is near, never inside a character.</summary>
    public static int CutBefore(ReadOnlySpan<char> text, int limit)
    {
        if (text.Length <= limit)
        {
            return text.Length;
        }

        var space = text[..limit].LastIndexOfAny(Breaks);
        if (space > limit / 2)
        {
            return space + 1;
        }

        return char.IsLowSurrogate(text[limit]) ? limit - 1 : limit;
    }

    private static string OneLine(ReadOnlySpan<char> text)
    {
        text = text.Trim().TrimStart("#>|•* ").TrimStart();
        if (text.StartsWith("- ", StringComparison.Ordinal))
        {
            text = text[2..];
        }

        return string.Join(' ', text.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }
}

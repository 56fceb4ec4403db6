using System.Text;

namespace Choir.ActorHost.PostChain.Model.Text;

/// <summary>A term of a text.</summary>
/// <param name="Surface">As it is written.</param>
/// <param name="Key">What forms of the same word have in common; compared ordinally.</param>
/// <param name="IsFragment">Whether it is a pair of characters out of a run without spaces, not a word of its own.</param>
internal readonly record struct Token(string Surface, string Key, bool IsFragment);

/// <summary>
/// Splits text of any script into terms, without stop words: words by Unicode letters, pictographs one by one, and the
/// scripts that put no spaces between words as runs of one script and overlapping pairs of characters.
/// </summary>
internal static class Tokenizer
{
    /// <summary>A longer run of Han characters is no single word, and counts by its pairs alone.</summary>
    private const int MaxHanWord = 4;

    /// <summary>
    /// Words are compared by this many letters: truncation brings the forms of a word together in most European
    /// languages about as well as a stemmer for each does (McNamee et al., "Addressing Morphological Variation in
    /// Alphabetic Languages", SIGIR 2009).
    /// </summary>
    private const int MaxKeyLength = 7;

    /// <summary>No word is longer; what is longer is no word, and is cut.</summary>
    private const int MaxWordLength = 64;

    public static List<Token> Tokenize(string text, TextLanguage language)
    {
        var tokens = new List<Token>();
        var position = 0;
        while (position < text.Length)
        {
            if (Rune.DecodeFromUtf16(text.AsSpan(position), out var rune, out var width) != default)
            {
                position += width;
            }
            else if (Scripts.IsPictograph(rune))
            {
                var emoji = rune.ToString();
                tokens.Add(new Token(emoji, emoji, IsFragment: false));
                position += width;
            }
            else if (Scripts.IsWordRune(rune))
            {
                position = ReadRun(text, position, Scripts.Of(rune), language, tokens);
            }
            else
            {
                position += width;
            }
        }

        return tokens;
    }

    /// <summary>Reads the run that starts here and gives the position after it.</summary>
    private static int ReadRun(string text, int start, Script script, TextLanguage language, List<Token> tokens)
    {
        var spaced = script is Script.Latin or Script.Arabic or Script.Spaced;
        var end = EndOfRun(text, start, script, spaced);
        var run = text[start..end];
        switch (script)
        {
            case Script.Han:
                AddWord(run.Length <= MaxHanWord ? run : null, language, tokens);
                AddPairs(run, language, tokens, skip: run.Length <= 2);
                break;
            case Script.Unspaced:
                AddPairs(run, language, tokens, skip: false);
                break;
            case Script.Hiragana:
                // One or two hiragana between other characters are grammar, not words.
                AddWord(run.Length > 2 ? run : null, language, tokens);
                break;
            default:
                AddWord(run, language, tokens);
                if (spaced && end < text.Length && run.Length > 2 && IsApostrophe(text[end]))
                {
                    end = EndOfRun(text, end + 1, script, spaced); // The "s" of "plant's" belongs to no word.
                }

                break;
        }

        return end;
    }

    private static int EndOfRun(string text, int position, Script script, bool spaced)
    {
        var start = position;
        while (position < text.Length && position - start < MaxWordLength
            && Rune.DecodeFromUtf16(text.AsSpan(position), out var rune, out var width) == default
            && Scripts.IsWordRune(rune) && !Scripts.IsPictograph(rune))
        {
            var other = Scripts.Of(rune);
            if (spaced ? other is not (Script.Latin or Script.Arabic or Script.Spaced) : other != script && other != Script.Spaced)
            {
                break;
            }

            position += width;
        }

        return position;
    }

    private static bool IsApostrophe(char character) => character is '\'' or '’';

    private static void AddWord(string? run, TextLanguage language, List<Token> tokens)
    {
        if (run is not null && !StopWords.Contains(language, run))
        {
            tokens.Add(new Token(run, Key(run), IsFragment: false));
        }
    }

    private static void AddPairs(string run, TextLanguage language, List<Token> tokens, bool skip)
    {
        if (skip)
        {
            return;
        }

        for (var i = 0; i + 2 <= run.Length; i++)
        {
            // Never half of a character beyond the basic plane.
            if (char.IsLowSurrogate(run[i]) || char.IsHighSurrogate(run[i + 1]))
            {
                continue;
            }

            var pair = run.Substring(i, 2);
            if (!StopWords.Contains(language, pair))
            {
                tokens.Add(new Token(pair, pair, IsFragment: true));
            }
        }
    }

    private static string Key(string word)
    {
        var key = word.ToLowerInvariant();
        var script = Rune.TryGetRuneAt(key, 0, out var first) ? Scripts.Of(first) : Script.Spaced;
        if (script == Script.Arabic)
        {
            key = WithoutArabicArticle(key);
        }
        else if (script == Script.Latin && key.Length > 3 && key[^1] == 's' && key[^2] is not ('s' or 'u' or 'i'))
        {
            key = key[..^1];
        }

        if (key.Length <= MaxKeyLength || script is Script.Han or Script.Katakana or Script.Hiragana)
        {
            return key;
        }

        return key[..(char.IsHighSurrogate(key[MaxKeyLength - 1]) ? MaxKeyLength - 1 : MaxKeyLength)];
    }

    private static string WithoutArabicArticle(string word)
    {
        foreach (var prefix in (ReadOnlySpan<string>)["وال", "بال", "كال", "فال", "لل", "ال"])
        {
            if (word.Length >= prefix.Length + 3 && word.StartsWith(prefix, StringComparison.Ordinal))
            {
                return word[prefix.Length..];
            }
        }

        return word;
    }
}

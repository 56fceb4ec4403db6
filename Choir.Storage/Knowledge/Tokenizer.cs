using System.Text;
using Choir.ServiceDefaults;

namespace Choir.Storage;

/// <summary>A term of a text.</summary>
/// <param name="Surface">The term as it is written in the text.</param>
/// <param name="Key">What the forms of a word have in common; compared ordinally.</param>
/// <param name="IsFragment">Whether it is a few characters from a run without spaces, not a word of its own.</param>
public readonly record struct Token(string Surface, string Key, bool IsFragment);

/// <summary>Splits a text of any script and language into terms, without stop words.</summary>
/// <remarks>
/// Words are reduced to a stem that their forms share, without knowing their language: common endings are removed, and the
/// rest is cut to six letters. Truncation does about as well as a stemmer for each language (McNamee et al., "Addressing
/// Morphological Variation in Alphabetic Languages", SIGIR 2009). Scripts without spaces become overlapping groups of two
/// or three characters.
/// </remarks>
public static class Tokenizer
{
    private const int MaxStem = 6;
    private const int MinStem = 4;
    private const int MaxNumber = 20;

    /// <summary>A longer run of Han characters is not a single word.</summary>
    private const int MaxHanWord = 4;

    // Longest first. Endings of inflection in English and German, and plurals in French and Spanish.
    private static readonly string[] Endings = ["ing", "ed", "en", "er", "em", "es", "s", "e", "n"];

    private static readonly string[] ArabicArticles = ["وال", "بال", "كال", "فال", "لل", "ال"];

    private enum Kind
    {
        /// <summary>A word, or a run without spaces that is too short to split.</summary>
        Word,

        /// <summary>A group of characters from a run without spaces.</summary>
        Fragment,

        /// <summary>A pair of hiragana. More often grammar than part of a word.</summary>
        Grammar,

        /// <summary>A run without spaces as a whole, or a pictograph. Not in the index.</summary>
        Run,
    }

    /// <summary>The terms of a text in order: words, pictographs, and for scripts without spaces short runs and fragments.</summary>
    /// <param name="text">The text; broken surrogates count as spaces.</param>
    public static IEnumerable<Token> Tokens(string text) => Read(text)
        .Where(term => term.Kind != Kind.Grammar)
        .Select(term => new Token(term.Surface, term.Key, term.Kind == Kind.Fragment));

    /// <summary>
    /// The lexemes under which the index stores and finds a text, in order. They contain only letters, digits and marks, and
    /// need no quoting.
    /// </summary>
    /// <param name="text">The text; broken surrogates count as spaces.</param>
    internal static IEnumerable<string> Lexemes(string text) =>
        Read(text).Where(term => term.Kind != Kind.Run).Select(term => term.Key);

    /// <summary>Whether a lexeme is more often grammar than part of a word: pairs of hiragana.</summary>
    internal static bool IsWeak(string lexeme) =>
        Rune.TryGetRuneAt(lexeme, 0, out var first) && TextScripts.Of(first) is TextScript.Hiragana;

    private static IEnumerable<(string Surface, string Key, Kind Kind)> Read(string text)
    {
        var run = new StringBuilder();
        var script = TextScript.None;
        int start = 0, position = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (!TextScripts.IsOptionalMark(rune))
            {
                var next = TextScripts.Of(rune);
                if (!Continues(script, next))
                {
                    foreach (var term in OfRun(run.ToString(), text[start..position], script))
                    {
                        yield return term;
                    }

                    run.Clear();
                    (script, start) = (next, position);
                }

                run.Append(Rune.ToLowerInvariant(rune).ToString());
            }

            position += rune.Utf16SequenceLength;
        }

        foreach (var term in OfRun(run.ToString(), text[start..], script))
        {
            yield return term;
        }
    }

    // Digits and letters make one word (co2, 2nd), as do the marks that follow a letter.
    private static bool Continues(TextScript script, TextScript next) =>
        script == next || (script is TextScript.Latin or TextScript.Spaced && next is TextScript.Latin or TextScript.Spaced);

    private static IEnumerable<(string Surface, string Key, Kind Kind)> OfRun(string run, string surface, TextScript script) =>
        script switch
        {
            TextScript.None => [],
            TextScript.Pictograph => run.EnumerateRunes().Select(rune => (rune.ToString(), rune.ToString(), Kind.Run)),
            TextScript.Han => OfUnspaced(run, 2, MaxHanWord, Kind.Fragment),
            TextScript.Hangul or TextScript.Katakana => OfUnspaced(run, 2, run.Length, Kind.Fragment),
            TextScript.Hiragana => run.Length > 2 ? OfUnspaced(run, 2, run.Length, Kind.Grammar) : [],
            TextScript.Unspaced => OfUnspaced(run, 3, 0, Kind.Fragment),
            _ => Key(run, script) is { } key ? [(surface, key, Kind.Word)] : [],
        };

    /// <summary>The key of a word between spaces; null for a stop word or a single letter.</summary>
    private static string? Key(string word, TextScript script)
    {
        if (StopWords.Contains(word) || (word.Length == 1 && char.IsLetter(word[0])))
        {
            return null;
        }

        return char.IsDigit(word[0]) ? Cut(word, MaxNumber)
            : script is TextScript.Arabic ? Cut(WithoutArticle(word), MaxStem)
            : Stem(word);
    }

    private static string Stem(string word)
    {
        var stem = word.AsSpan();
        for (var ending = 0; ending < Endings.Length;)
        {
            if (stem.Length - Endings[ending].Length >= MinStem && stem.EndsWith(Endings[ending], StringComparison.Ordinal))
            {
                stem = stem[..^Endings[ending].Length];
                ending = 0;
            }
            else
            {
                ending++;
            }
        }

        return Cut(stem, MaxStem);
    }

    private static string WithoutArticle(string word)
    {
        foreach (var article in ArabicArticles)
        {
            if (word.Length >= article.Length + 3 && word.StartsWith(article, StringComparison.Ordinal))
            {
                return word[article.Length..];
            }
        }

        return word;
    }

    private static IEnumerable<(string Surface, string Key, Kind Kind)> OfUnspaced(
        string run, int size, int maxWord, Kind kind)
    {
        var runes = run.EnumerateRunes().ToArray();
        if (runes.Length <= maxWord || runes.Length <= size)
        {
            if (!StopWords.Contains(run))
            {
                yield return (run, run, runes.Length <= size ? Kind.Word : Kind.Run);
            }

            if (runes.Length <= size)
            {
                yield break;
            }
        }

        for (var start = 0; start + size <= runes.Length; start++)
        {
            var fragment = string.Concat(runes.Skip(start).Take(size));
            if (!StopWords.Contains(fragment))
            {
                yield return (fragment, fragment, kind);
            }
        }
    }

    private static string Cut(ReadOnlySpan<char> word, int length) => word[..PlainText.Border(word, length)].ToString();
}

using System.Text;

namespace Choir.Storage;

/// <summary>Splits a text of any script into the lexemes under which it is indexed and found.</summary>
/// <remarks>
/// Words are brought down to a stem that their forms share, without asking in which language they are: common endings
/// go, and what is left is cut to six letters. Truncation does about as well as a stemmer for each language (McNamee et
/// al., "Addressing Morphological Variation in Alphabetic Languages", SIGIR 2009). Scripts without word spaces become
/// overlapping pairs of characters. Lexemes hold letters, digits and marks only, so they need no quoting.
/// </remarks>
internal static class Lexemes
{
    /// <summary>A tsvector holds no position beyond it.</summary>
    public const int MaxPosition = 16_383;

    private const int MaxStem = 6;
    private const int MinStem = 4;
    private const int MaxNumber = 20;

    // Longest first. Endings of inflection in English and German, and plurals in French and Spanish.
    private static readonly string[] Endings = ["ing", "ed", "en", "er", "em", "es", "s", "e", "n"];

    private static readonly string[] ArabicArticles = ["وال", "بال", "كال", "فال", "لل", "ال"];

    /// <summary>The lexemes of a text in order, without stop words.</summary>
    /// <param name="text">The text; broken surrogates count as spaces.</param>
    public static IEnumerable<string> Of(string text)
    {
        var run = new StringBuilder();
        var script = WordScript.None;
        foreach (var rune in text.EnumerateRunes())
        {
            if (WordScripts.IsOptionalMark(rune))
            {
                continue;
            }

            var next = WordScripts.Of(rune);
            if (!Continues(script, next))
            {
                foreach (var lexeme in OfRun(run.ToString(), script))
                {
                    yield return lexeme;
                }

                run.Clear();
                script = next;
            }

            if (next != WordScript.None)
            {
                run.Append(Rune.ToLowerInvariant(rune).ToString());
            }
        }

        foreach (var lexeme in OfRun(run.ToString(), script))
        {
            yield return lexeme;
        }
    }

    /// <summary>Whether a lexeme is grammar more often than not: pairs of hiragana.</summary>
    /// <param name="lexeme">The lexeme.</param>
    public static bool IsWeak(string lexeme) =>
        Rune.TryGetRuneAt(lexeme, 0, out var first) && WordScripts.Of(first) is WordScript.Hiragana;

    // Digits and letters make one word (co2, 2nd), as do the marks that follow a letter.
    private static bool Continues(WordScript script, WordScript next) =>
        script == next || (script is WordScript.Latin or WordScript.Spaced && next is WordScript.Latin or WordScript.Spaced);

    private static IEnumerable<string> OfRun(string run, WordScript script) => script switch
    {
        _ when run.Length == 0 => [],
        WordScript.Han => Grams(run, 2, orWhole: true),
        WordScript.Hangul or WordScript.Katakana => Grams(run, 2, orWhole: true),
        WordScript.Hiragana => Grams(run, 2, orWhole: false).Where(_ => run.Length > 2),
        WordScript.Unspaced => Grams(run, 3, orWhole: true),
        _ => OfWord(run, script),
    };

    private static IEnumerable<string> OfWord(string word, WordScript script)
    {
        if (StopWords.Contains(word) || (word.Length == 1 && char.IsLetter(word[0])))
        {
            return [];
        }

        if (char.IsDigit(word[0]))
        {
            return [word.Length <= MaxNumber ? word : Cut(word, MaxNumber)];
        }

        return [script is WordScript.Arabic ? Cut(WithoutArticle(word), MaxStem) : Stem(word)];
    }

    private static string Stem(string word)
    {
        for (var shortened = true; shortened;)
        {
            shortened = false;
            foreach (var ending in Endings)
            {
                if (word.Length - ending.Length >= MinStem && word.EndsWith(ending, StringComparison.Ordinal))
                {
                    word = word[..^ending.Length];
                    shortened = true;
                    break;
                }
            }
        }

        return Cut(word, MaxStem);
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

    private static IEnumerable<string> Grams(string run, int size, bool orWhole)
    {
        var runes = run.EnumerateRunes().ToArray();
        if (runes.Length < size)
        {
            return orWhole ? [run] : [];
        }

        return Enumerable.Range(0, runes.Length - size + 1)
            .Select(start => string.Concat(runes.Skip(start).Take(size)))
            .Where(gram => !StopWords.Contains(gram));
    }

    private static string Cut(string word, int length) =>
        word.Length <= length ? word : word[..(char.IsHighSurrogate(word[length - 1]) ? length - 1 : length)];
}

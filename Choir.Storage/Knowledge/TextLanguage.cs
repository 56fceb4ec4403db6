using System.Collections.Frozen;
using System.Text;

namespace Choir.Storage;

/// <summary>A language that can be recognized by its script and stop words.</summary>
public enum TextLanguage
{
    /// <summary>Any language not listed here, or none.</summary>
    Other,

    /// <summary>English, also assumed for Latin text that is not recognized.</summary>
    English,

    /// <summary>German.</summary>
    German,

    /// <summary>French.</summary>
    French,

    /// <summary>Spanish.</summary>
    Spanish,

    /// <summary>Arabic, or another language in Arabic script.</summary>
    Arabic,

    /// <summary>Japanese.</summary>
    Japanese,
}

/// <summary>Guesses a text's language from its script, then from its stop words.</summary>
public static class LanguageDetector
{
    /// <summary>How much of a text is looked at, in UTF-16 units.</summary>
    private const int SampleLength = 4_000;

    private static readonly (TextLanguage Language, FrozenSet<string> StopWords)[] LatinLanguages =
    [
        (TextLanguage.English, StopWords.English),
        (TextLanguage.German, StopWords.German),
        (TextLanguage.French, StopWords.French),
        (TextLanguage.Spanish, StopWords.Spanish),
    ];

    /// <summary>The language of a text, by its beginning.</summary>
    /// <param name="text">The text.</param>
    public static TextLanguage Detect(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var sample = text.AsSpan(0, Math.Min(text.Length, SampleLength));
        int kana = 0, han = 0, arabic = 0, latin = 0, letters = 0;
        foreach (var rune in sample.EnumerateRunes())
        {
            if (!Rune.IsLetter(rune))
            {
                continue;
            }

            letters++;
            switch (TextScripts.Of(rune))
            {
                case TextScript.Hiragana or TextScript.Katakana: kana++; break;
                case TextScript.Han: han++; break;
                case TextScript.Arabic: arabic++; break;
                case TextScript.Latin: latin++; break;
            }
        }

        if (kana > 0 && (kana + han) * 3 >= letters)
        {
            return TextLanguage.Japanese;
        }

        if (arabic * 2 > letters)
        {
            return TextLanguage.Arabic;
        }

        return latin * 2 > letters ? DetectLatin(sample) : TextLanguage.Other;
    }

    private static TextLanguage DetectLatin(ReadOnlySpan<char> sample)
    {
        Span<int> hits = stackalloc int[LatinLanguages.Length];
        foreach (var range in sample.SplitAny(" \t\r\n.,;:!?\"()¿¡'’"))
        {
            for (var i = 0; i < LatinLanguages.Length; i++)
            {
                if (LatinLanguages[i].StopWords.GetAlternateLookup<ReadOnlySpan<char>>().Contains(sample[range]))
                {
                    hits[i]++;
                }
            }
        }

        hits[1] += sample.IndexOfAny("ßäöü") >= 0 ? 1 : 0;
        hits[2] += sample.IndexOfAny("çèêàœ") >= 0 ? 1 : 0;
        hits[3] += sample.IndexOfAny("ñ¿¡") >= 0 ? 2 : 0;

        // On a tie the earlier language is taken: English if no other is more likely.
        var best = 0;
        for (var i = 1; i < hits.Length; i++)
        {
            if (hits[i] > hits[best])
            {
                best = i;
            }
        }

        return LatinLanguages[best].Language;
    }
}

namespace Choir.ActorHost.PostChain.Model.Text;

/// <summary>The languages for which the embedded model knows stop words and fixed phrases.</summary>
internal enum TextLanguage
{
    /// <summary>Any other: no stop words, English phrases.</summary>
    Other,
    English,
    German,
    French,
    Spanish,
    Arabic,
    Japanese,
}

/// <summary>Guesses a text's language from its script, then from its stop words.</summary>
internal static class LanguageDetector
{
    /// <summary>How much of a text is looked at, in UTF-16 units.</summary>
    private const int SampleLength = 4_000;

    private static readonly TextLanguage[] LatinLanguages =
        [TextLanguage.English, TextLanguage.German, TextLanguage.French, TextLanguage.Spanish];

    public static TextLanguage Detect(string text)
    {
        var sample = text.AsSpan(0, Math.Min(text.Length, SampleLength));
        int kana = 0, han = 0, arabic = 0, latin = 0, letters = 0;
        foreach (var rune in sample.EnumerateRunes())
        {
            if (!Scripts.IsWordRune(rune))
            {
                continue;
            }

            letters++;
            switch (Scripts.Of(rune))
            {
                case Script.Hiragana or Script.Katakana: kana++; break;
                case Script.Han: han++; break;
                case Script.Arabic: arabic++; break;
                case Script.Latin: latin++; break;
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
                if (StopWords.Contains(LatinLanguages[i], sample[range]))
                {
                    hits[i]++;
                }
            }
        }

        hits[1] += sample.IndexOfAny("ßäöü") >= 0 ? 1 : 0;
        hits[2] += sample.IndexOfAny("çèêàœ") >= 0 ? 1 : 0;
        hits[3] += sample.IndexOfAny("ñ¿¡") >= 0 ? 2 : 0;

        // Ties go to the earlier language, and so to English where nothing speaks for another.
        var best = 0;
        for (var i = 1; i < hits.Length; i++)
        {
            if (hits[i] > hits[best])
            {
                best = i;
            }
        }

        return LatinLanguages[best];
    }
}

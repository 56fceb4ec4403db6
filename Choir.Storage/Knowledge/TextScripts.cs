using System.Globalization;
using System.Text;

namespace Choir.Storage;

/// <summary>How the characters of a script form terms.</summary>
public enum TextScript
{
    /// <summary>Not part of a term: spaces, punctuation, symbols.</summary>
    None,

    /// <summary>Latin letters: words between spaces.</summary>
    Latin,

    /// <summary>Arabic: words between spaces, with the article joined to them.</summary>
    Arabic,

    /// <summary>Other scripts with spaces (Cyrillic, Greek, Hebrew, Devanagari, …) and the digits of all scripts.</summary>
    Spaced,

    /// <summary>Han characters, without spaces.</summary>
    Han,

    /// <summary>Hangul: spaces, but with particles joined to the words.</summary>
    Hangul,

    /// <summary>Katakana, without spaces: mostly loan words.</summary>
    Katakana,

    /// <summary>Hiragana, without spaces: mostly grammar.</summary>
    Hiragana,

    /// <summary>Alphabets without spaces: Thai, Lao, Burmese, Khmer.</summary>
    Unspaced,

    /// <summary>Pictographs such as emoji; each is a term of its own.</summary>
    Pictograph,
}

/// <summary>Finds the script of a character.</summary>
public static class TextScripts
{
    /// <summary>The script of a character, by its Unicode block and category.</summary>
    /// <param name="rune">The character.</param>
    public static TextScript Of(Rune rune)
    {
        var isWord = Rune.IsLetterOrDigit(rune)
            || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
        return rune.Value switch
        {
            _ when !isWord => IsPictograph(rune) ? TextScript.Pictograph : TextScript.None,
            < 0x0250 or (>= 0x1E00 and <= 0x1EFF) => Rune.IsLetter(rune) ? TextScript.Latin : TextScript.Spaced,
            (>= 0x0600 and <= 0x077F) or (>= 0x08A0 and <= 0x08FF) or (>= 0xFB50 and <= 0xFDFF)
                or (>= 0xFE70 and <= 0xFEFC) => TextScript.Arabic,
            (>= 0x0E00 and <= 0x0EFF) or (>= 0x1000 and <= 0x109F) or (>= 0x1780 and <= 0x17FF) => TextScript.Unspaced,
            (>= 0x1100 and <= 0x11FF) or (>= 0xAC00 and <= 0xD7AF) => TextScript.Hangul,
            >= 0x3041 and <= 0x309F => TextScript.Hiragana,
            (>= 0x30A0 and <= 0x30FF) or (>= 0x31F0 and <= 0x31FF) or (>= 0xFF66 and <= 0xFF9F) => TextScript.Katakana,
            0x3005 or 0x3007 or (>= 0x3400 and <= 0x4DBF) or (>= 0x4E00 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF)
                or (>= 0x20000 and <= 0x3FFFF) => TextScript.Han,
            _ => TextScript.Spaced,
        };
    }

    /// <summary>Marks that may be left out: separate accents, vowel signs of Arabic and Hebrew, variation selectors.</summary>
    internal static bool IsOptionalMark(Rune rune) => rune.Value is
        (>= 0x0300 and <= 0x036F) or (>= 0x0591 and <= 0x05C7) or 0x0640 or (>= 0x064B and <= 0x065F) or 0x0670
        or (>= 0xFE00 and <= 0xFE0F);

    private static bool IsPictograph(Rune rune) =>
        rune.Value is (>= 0x1F300 and <= 0x1FAFF and not (>= 0x1F3FB and <= 0x1F3FF)) or (>= 0x2600 and <= 0x27BF);
}

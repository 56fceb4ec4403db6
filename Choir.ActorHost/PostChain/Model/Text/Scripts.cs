using System.Globalization;
using System.Text;

namespace Choir.ActorHost.PostChain.Model.Text;

/// <summary>The scripts that are tokenized in different ways.</summary>
internal enum Script
{
    /// <summary>Words with spaces between them, not listed below: Cyrillic, Greek, Hebrew, Hangul, …</summary>
    Spaced,
    Latin,
    Arabic,
    Han,
    Hiragana,
    Katakana,

    /// <summary>Alphabets written without spaces: Thai, Lao, Burmese, Khmer.</summary>
    Unspaced,
}

/// <summary>What a character is, as far as the tokenizer cares.</summary>
internal static class Scripts
{
    public static Script Of(Rune rune) => rune.Value switch
    {
        < 0x0250 or (>= 0x1E00 and <= 0x1EFF) => Script.Latin,
        (>= 0x0600 and <= 0x077F) or (>= 0x08A0 and <= 0x08FF) or (>= 0xFB50 and <= 0xFDFF)
            or (>= 0xFE70 and <= 0xFEFC) => Script.Arabic,
        (>= 0x0E00 and <= 0x0EFF) or (>= 0x1000 and <= 0x109F) or (>= 0x1780 and <= 0x17FF) => Script.Unspaced,
        >= 0x3041 and <= 0x309F => Script.Hiragana,
        (>= 0x30A0 and <= 0x30FF) or (>= 0x31F0 and <= 0x31FF) or (>= 0xFF66 and <= 0xFF9F) => Script.Katakana,
        0x3005 or 0x3007 or (>= 0x3400 and <= 0x4DBF) or (>= 0x4E00 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF)
            or (>= 0x20000 and <= 0x3FFFF) => Script.Han,
        _ => Script.Spaced,
    };

    /// <summary>Whether it is part of a word: letters, digits and the marks upon them.</summary>
    public static bool IsWordRune(Rune rune) =>
        Rune.IsLetterOrDigit(rune)
        || (rune.Value is < 0xFE00 or > 0xFE0F
            && Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark);

    /// <summary>Whether it is a pictograph, such as an emoji, which is a term of its own.</summary>
    public static bool IsPictograph(Rune rune) =>
        rune.Value is (>= 0x1F300 and <= 0x1FAFF and not (>= 0x1F3FB and <= 0x1F3FF)) or (>= 0x2600 and <= 0x27BF);
}

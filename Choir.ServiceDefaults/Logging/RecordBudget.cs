using System.Text;
using System.Text.Encodings.Web;
using Choir.Redaction;

namespace Choir.ServiceDefaults.Logging;

/// <summary>
/// Limits the size of one log record. A value takes at most half of what is left, so that a long one leaves room for the
/// following ones; when nothing is left, fields are left out. What was cut is counted. Secrets in texts are removed.
/// </summary>
/// <remarks>Sizes are those of JSON in UTF-8, which are never below those of OTLP.</remarks>
internal sealed class RecordBudget
{
    /// <summary>The most bytes of a record, in each of Choir's formats and over OTLP. Log drivers split longer lines.</summary>
    public const int MaxBytes = 16_384;

    /// <summary>The name of the field with the number of characters that were cut.</summary>
    public const string CutField = "cut_characters";

    /// <summary>The name of the field with the number of fields that were left out.</summary>
    public const string OmittedField = "omitted_fields";

    // For the two fields above, the object's braces, the line break, and the frame of the record over OTLP.
    private const int Reserve = 384;

    // Quotes, colon and comma in JSON; tags and lengths over OTLP.
    private const int FieldOverhead = 12;
    private const int MaxNameLength = 128;
    private const int NumberSize = 40;
    private const int MarkSize = 3;

    private int _left = MaxBytes - Reserve;

    /// <summary>The number of characters that were cut.</summary>
    public long CutCharacters { get; private set; }

    /// <summary>The number of fields that were left out.</summary>
    public int OmittedFields { get; private set; }

    /// <summary>Takes a number, a boolean or another value of at most 40 bytes.</summary>
    public bool TryTake(string name) => TryTakeName(name, NumberSize);

    /// <summary>Takes a text; cuts it if it is too long.</summary>
    /// <param name="name">The name of the field.</param>
    /// <param name="text">The text; cut between two characters, with a mark at its end.</param>
    /// <returns>Whether there is room for the field.</returns>
    public bool TryTake(string name, ref string text)
    {
        if (!TryTakeName(name, MarkSize))
        {
            return false;
        }

        // More than is shown, so that no secret is cut in half and no longer recognised.
        var whole = text.Length;
        text = Redactor.Clean(whole > 2 * MaxBytes ? text[..(2 * MaxBytes)] : text);
        var length = Fit(text, _left / 2, out var size);
        _left -= size;
        if (length < text.Length || whole > 2 * MaxBytes)
        {
            CutCharacters += whole - length;
            text = string.Concat(text.AsSpan(0, length), [LogText.CutMark]);
        }

        return true;
    }

    private bool TryTakeName(string name, int value)
    {
        var needed = FieldOverhead + value;
        if (name.Length > MaxNameLength || Fit(name, Math.Max(0, _left - needed), out var size) < name.Length)
        {
            OmittedFields++;
            return false;
        }

        _left -= size + needed;
        return true;
    }

    // The number of UTF-16 units that fit into a size.
    private static int Fit(string text, int limit, out int size)
    {
        size = 0;
        var length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var bytes = Size(rune);
            if (size + bytes > limit)
            {
                break;
            }

            size += bytes;
            length += rune.Utf16SequenceLength;
        }

        return length;
    }

    private static int Size(Rune rune) => rune.Value switch
    {
        '"' or '\\' or '\n' or '\r' or '\t' => 2,
        >= ' ' and < 0x7F => 1,
        _ => JavaScriptEncoder.UnsafeRelaxedJsonEscaping.WillEncode(rune.Value) ? 6 * rune.Utf16SequenceLength : rune.Utf8SequenceLength,
    };
}

using System.Diagnostics.CodeAnalysis;

namespace Choir.Storage;

/// <summary>The format of the ids of threads and cycles: a UUID of 36 characters, lower case, with hyphens.</summary>
/// <remarks>
/// Other formats of a UUID are rejected: each would address another actor.
/// </remarks>
public static class ThreadIds
{
    /// <summary>
    /// Creates a new id. Ids are ordered by time, to a 4,096th of a millisecond: RFC 9562, section 6.2, method 3. Two inputs of one
    /// thread may be accepted within a millisecond.
    /// </summary>
    /// <param name="time">The clock. A time before 1970, which a clock that is not set may have, counts as the start of 1970.</param>
    public static string New(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        var now = time.GetUtcNow() is var read && read < DateTimeOffset.UnixEpoch ? DateTimeOffset.UnixEpoch : read;
        Span<byte> bytes = stackalloc byte[16];
        Guid.CreateVersion7(now).TryWriteBytes(bytes, bigEndian: true, out _);
        var fraction = (int)(now.Ticks % TimeSpan.TicksPerMillisecond * 4_096 / TimeSpan.TicksPerMillisecond);
        (bytes[6], bytes[7]) = ((byte)(0x70 | (fraction >> 8)), (byte)fraction);
        return Format(new Guid(bytes, bigEndian: true));
    }

    /// <summary>Formats an id.</summary>
    /// <param name="id">The id.</param>
    public static string Format(Guid id) => id.ToString("D");

    /// <summary>Parses an id.</summary>
    /// <param name="text">The text.</param>
    /// <param name="id">The id.</param>
    /// <returns>Whether the text is an id in this format.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out Guid id) =>
        Guid.TryParseExact(text, "D", out id) && Format(id) == text;

    internal static Guid Parse(string text) =>
        TryParse(text, out var id)
            ? id
            : throw new ArgumentException($"'{text}' is not an id. Use a UUID of 36 characters in lower case.");
}

using System.Diagnostics.CodeAnalysis;

namespace Choir.Storage;

/// <summary>The one form that ids of threads and cycles have: 36 characters, lower case, with hyphens.</summary>
/// <remarks>
/// Another spelling of the same id would be another actor, so it is nobody's id.
/// </remarks>
public static class ThreadIds
{
    /// <summary>Makes a new id, later than all before it.</summary>
    /// <param name="time">The clock.</param>
    public static string New(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return Format(Guid.CreateVersion7(time.GetUtcNow()));
    }

    /// <summary>Writes an id.</summary>
    /// <param name="id">The id.</param>
    public static string Format(Guid id) => id.ToString("D");

    /// <summary>Reads an id.</summary>
    /// <param name="text">What may be one.</param>
    /// <param name="id">The id.</param>
    /// <returns>Whether it is one, in the one form.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out Guid id) =>
        Guid.TryParseExact(text, "D", out id) && Format(id) == text;

    /// <summary>Reads an id that must be one.</summary>
    /// <param name="text">The id.</param>
    /// <exception cref="ArgumentException">It is none.</exception>
    internal static Guid Parse(string text) =>
        TryParse(text, out var id)
            ? id
            : throw new ArgumentException($"'{text}' is no id: a UUID of 36 characters in lower case is wanted.");
}

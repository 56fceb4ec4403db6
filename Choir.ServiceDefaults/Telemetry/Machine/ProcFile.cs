using System.Globalization;

namespace Choir.ServiceDefaults.Telemetry.Machine;

/// <summary>Reads the kernel's files. A missing or unreadable file counts as empty.</summary>
internal static class ProcFile
{
    /// <summary>The highest plausible count. Sums of such counts in bytes do not overflow; higher ones are errors of a driver.</summary>
    public const long MaxCount = long.MaxValue >> 16;

    public static string[] Lines(string root, string path)
    {
        try
        {
            return File.ReadAllLines(Path.Combine(root, path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>The leading numbers of a text, up to the first word that is not a number.</summary>
    public static long[] Numbers(ReadOnlySpan<char> text)
    {
        var numbers = new List<long>(16);
        foreach (var range in text.SplitAny(' ', '\t'))
        {
            if (text[range].IsEmpty)
            {
                continue;
            }

            if (!long.TryParse(text[range], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                break;
            }

            numbers.Add(number);
        }

        return [.. numbers];
    }

    /// <summary>A count of the kernel; null if the text is none.</summary>
    public static long? Count(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= MaxCount ? count : null;

    /// <summary>The number in a file that has only one; null if there is none.</summary>
    public static long? Number(string root, string path) =>
        Lines(root, path) is [var line, ..]
        && long.TryParse(line.AsSpan().Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    /// <summary>The number after a name in a file of <c>name number</c> lines; null if there is none.</summary>
    public static long? Named(string root, string path, string name)
    {
        foreach (var line in Lines(root, path))
        {
            if (line.StartsWith(name, StringComparison.Ordinal) && line.Length > name.Length && line[name.Length] is ' ' or ':'
                && Numbers(line.AsSpan(name.Length + 1)) is [var number, ..])
            {
                return number;
            }
        }

        return null;
    }
}

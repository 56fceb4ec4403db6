namespace Choir.LoadTest.Reports.Files;

/// <summary>Reads small files that a user names.</summary>
internal static class BoundedFile
{
    /// <summary>Reads a file as text.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maxBytes">The most bytes that are read.</param>
    /// <returns>The text; null if the file has more bytes.</returns>
    public static string? ReadText(string path, int maxBytes)
    {
        // A device or pipe has no length: the bound is on what was read.
        using var stream = File.OpenRead(path);
        var bytes = new byte[maxBytes + 1];
        var read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (read > maxBytes)
        {
            return null;
        }

        using var reader = new StreamReader(new MemoryStream(bytes, 0, read));
        return reader.ReadToEnd();
    }
}

using System.Text;

namespace Choir.LoadTest.Reports.Files;

/// <summary>Writes a file as a whole: a reader never sees a part of it, and a failure keeps the earlier file.</summary>
internal static class WholeFile
{
    /// <summary>A file of a folder.</summary>
    public static FileInfo In(DirectoryInfo directory, string name) => new(Path.Combine(directory.FullName, name));

    /// <exception cref="ReportFileException">It cannot be written.</exception>
    public static Task WriteAsync(FileInfo file, string text, CancellationToken cancellationToken) =>
        WriteAsync(file, Encoding.UTF8.GetBytes(text), cancellationToken);

    /// <exception cref="ReportFileException">It cannot be written.</exception>
    public static async Task WriteAsync(FileInfo file, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var temporary = $"{file.FullName}.{Guid.NewGuid():N}.tmp";
        try
        {
            file.Directory?.Create();
            await File.WriteAllBytesAsync(temporary, content, cancellationToken);
            File.Move(temporary, file.FullName, overwrite: true);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            Remove(temporary);
            throw new ReportFileException($"{file} cannot be written: {refused.Message}", refused);
        }
        catch (OperationCanceledException)
        {
            Remove(temporary);
            throw;
        }
    }

    private static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // The first error is the one to report.
        }
    }
}

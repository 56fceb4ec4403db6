namespace Choir.LoadTest.Reports.Files;

/// <summary>Finds out before a run whether its files can be written after it.</summary>
internal static class WritableFolder
{
    /// <summary>Writes a file into a folder, and removes it again.</summary>
    /// <param name="folder">The folder. If it is missing it is made, and removed too: the run may fail.</param>
    /// <param name="option">The option that names the folder, for errors.</param>
    /// <exception cref="ReportFileException">No file can be written there.</exception>
    public static void Probe(DirectoryInfo folder, string option)
    {
        List<string> missing = [];
        for (var at = folder; at is not null && !Directory.Exists(at.FullName); at = at.Parent)
        {
            missing.Add(at.FullName);
        }

        try
        {
            Directory.CreateDirectory(folder.FullName);
            using var file = new FileStream(
                Path.Combine(folder.FullName, $"{Guid.NewGuid():N}.tmp"), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
            file.WriteByte(0);
            file.Flush();
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new ReportFileException($"No file can be written to {folder.FullName}: {refused.Message.TrimEnd('.')}. Name another place with {option}.", refused);
        }
        finally
        {
            missing.ForEach(Remove);
        }
    }

    /// <summary>Finds out whether a file can be written.</summary>
    /// <param name="file">The file, which is neither made nor changed.</param>
    /// <param name="option">The option that names the file, for errors.</param>
    /// <exception cref="ReportFileException">It cannot be written.</exception>
    public static void Probe(FileInfo file, string option)
    {
        if (file.Directory is not { } folder || Directory.Exists(file.FullName))
        {
            throw new ReportFileException($"{file.FullName} is a folder. Name a file with {option}.");
        }

        Probe(folder, option);
    }

    private static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // It was not made, or another process has written to it.
        }
    }
}

namespace Choir.AppHost.Infrastructure.Data;

/// <summary>
/// A file lock that the operating system releases when the process ends for any reason. Disposing releases it too.
/// </summary>
internal sealed class FileLock : IDisposable
{
    private readonly FileStream _stream;

    private FileLock(FileStream stream) => _stream = stream;

    public string Path => _stream.Name;

    /// <summary>The lock, or null while another process holds it.</summary>
    /// <exception cref="InfrastructureException">The file cannot be written.</exception>
    public static FileLock? TryTake(string path, FileMode mode = FileMode.OpenOrCreate)
    {
        try
        {
            return new FileLock(new FileStream(path, mode, FileAccess.ReadWrite, FileShare.None));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var folder = System.IO.Path.GetDirectoryName(path)!;
            if (ToolFailure.FullDisk(e.Message, folder) is { } full)
            {
                throw new InfrastructureException(full);
            }

            if (e.Message.Contains("Read-only file system", StringComparison.Ordinal))
            {
                throw new InfrastructureException($"{folder} is on a read-only file system. Use a copy of Choir, and a TMPDIR, that can be written.");
            }

            // Another user's file counts as locked.
            return null;
        }
    }

    /// <exception cref="InfrastructureException">The lock was held for longer than <paramref name="timeout"/>.</exception>
    public static async Task<FileLock> WaitAsync(string path, TimeSpan timeout, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(timeout);
        while (true)
        {
            if (TryTake(path) is { } taken)
            {
                return taken;
            }

            try
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, limit.Token);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                throw new InfrastructureException(
                    $"{path} was locked for more than {timeout.TotalMinutes:0} minutes; another run may hang. Stop it and try again.");
            }
        }
    }

    public void Dispose() => _stream.Dispose();
}

namespace Choir.AppHost.Infrastructure;

/// <summary>
/// A lock that the operating system releases when its process ends, however it ends. Disposing it releases it.
/// </summary>
internal sealed class FileLock : IDisposable
{
    private readonly FileStream stream;

    private FileLock(FileStream stream) => this.stream = stream;

    public string Path => stream.Name;

    /// <summary>The lock, or none while another process holds it.</summary>
    public static FileLock? TryTake(string path, FileMode mode = FileMode.OpenOrCreate)
    {
        try
        {
            return new FileLock(new FileStream(path, mode, FileAccess.ReadWrite, FileShare.None));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another user's file counts as held: it is not ours to touch.
            return null;
        }
    }

    /// <exception cref="InfrastructureException">The lock was held for longer than <paramref name="patience"/>.</exception>
    public static async Task<FileLock> WaitAsync(string path, TimeSpan patience)
    {
        using var limit = new CancellationTokenSource(patience);
        while (true)
        {
            if (TryTake(path) is { } taken) return taken;
            try
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), limit.Token);
            }
            catch (OperationCanceledException)
            {
                throw new InfrastructureException(
                    $"{path} was held for more than {patience.TotalMinutes:0} minutes; another run may hang. Stop it and try again.");
            }
        }
    }

    public void Dispose() => stream.Dispose();
}

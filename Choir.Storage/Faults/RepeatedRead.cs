namespace Choir.Storage;

/// <summary>
/// Repeats a read whose connection had ended. An idle connection of the pool shows only at its next use that the server has ended
/// its session; then Npgsql closes all idle connections, and the second attempt opens a new one.
/// </summary>
public static class RepeatedRead
{
    /// <summary>Runs a read, and once more if its connection was lost.</summary>
    /// <param name="read">The read; it changes nothing in the database.</param>
    /// <typeparam name="T">The type of the result.</typeparam>
    public static async Task<T> RunAsync<T>(Func<Task<T>> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        try
        {
            return await read();
        }
        catch (Exception e) when (DatabaseFault.Of(e) is { IsLostConnection: true })
        {
            return await read();
        }
    }
}

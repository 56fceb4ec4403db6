namespace Choir.Observatory.Live;

/// <summary>Asks a source of the application for at most a time, also if it blocks its thread. While a question is open, no further one is asked.</summary>
internal sealed class SourceReader<T>(TimeSpan timeout, TimeProvider time)
{
    private readonly Lock _gate = new();
    private Task<T>? _asked;
    private long _askedAt;

    /// <exception cref="TimeoutException">There was no answer in time; at once if an earlier question has been open for longer than that.</exception>
    public Task<T> ReadAsync(Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_asked is null or { IsCompleted: true })
            {
                (_asked, _askedAt) = (Task.Run(() => AskAsync(ask), CancellationToken.None), time.GetTimestamp());
            }
            else if (time.GetElapsedTime(_askedAt) > timeout)
            {
                return Task.FromException<T>(new TimeoutException($"There was no answer within {timeout.TotalSeconds:0} s."));
            }

            return _asked.WaitAsync(timeout, time, cancellationToken);
        }
    }

    // Others may wait for the same answer, so the token of one of them does not end the question.
    private async Task<T> AskAsync(Func<CancellationToken, Task<T>> ask)
    {
        using var limit = new CancellationTokenSource(timeout, time);
        return await ask(limit.Token).ConfigureAwait(false);
    }
}

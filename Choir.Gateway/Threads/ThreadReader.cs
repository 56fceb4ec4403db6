using Choir.Contracts.Threads;
using Choir.Gateway.Health;
using Choir.Gateway.Problems;
using Choir.Storage;

namespace Choir.Gateway.Threads;

/// <summary>Reads threads from the database. Throws a problem if a thread does not exist or the database is unavailable.</summary>
internal sealed class ThreadReader(ThreadStore store, ThreadEventFeed feed, DatabaseWatch database, TimeProvider time)
{
    public Task<ThreadPage> ListAsync(PageQuery page, CancellationToken cancellationToken)
    {
        var (before, size) = (page.Cursor?.ToString("D"), page.Size);
        return database.ReadAsync(token => store.ListThreadsAsync(before, size, token), cancellationToken);
    }

    public async Task<ThreadView> GetAsync(string threadId, PageQuery page, CancellationToken cancellationToken)
    {
        var (before, size) = (page.Cursor?.ToString("D"), page.Size);
        return await database.ReadAsync(token => store.GetThreadAsync(threadId, before, size, token), cancellationToken)
            ?? throw ThreadClient.ThreadNotFound(threadId);
    }

    public async Task<CycleView> GetCycleAsync(string threadId, string cycleId, CancellationToken cancellationToken) =>
        await database.ReadAsync(token => store.GetCycleAsync(threadId, cycleId, token), cancellationToken)
            ?? throw ProblemException.NotFound($"There is no cycle {cycleId} in thread {threadId}.");

    /// <summary>
    /// The event to continue after: the given one, or none (0) if the thread has no such event yet. A client may name one of
    /// another thread, or of a database that was restored since; waiting for later events would hide those that exist.
    /// </summary>
    public async Task<long> KnownEventAsync(string threadId, long eventId, CancellationToken cancellationToken)
    {
        var last = await database.ReadAsync(token => store.LastEventAsync(threadId, token), cancellationToken)
            ?? throw ThreadClient.ThreadNotFound(threadId);
        return eventId <= last ? eventId : 0;
    }

    public IAsyncEnumerable<ThreadEvent> Events(string threadId, long afterId) => feed.FollowAsync(threadId, afterId);

    /// <returns>The cycle; null if it has not ended in time, or the database has become unavailable.</returns>
    public async Task<CycleView?> WaitForEndAsync(
        string threadId, string cycleId, TimeSpan limit, CancellationToken cancellationToken)
    {
        var startedAt = time.GetTimestamp();
        using var watch = feed.Watch(threadId);
        while (true)
        {
            // Taken before reading, so that a change during the read ends the wait.
            var changed = watch.Changed;
            var left = limit - time.GetElapsedTime(startedAt);
            if (left <= TimeSpan.Zero || !await IsRunningAsync(watch, cycleId, cancellationToken))
            {
                var cycle = await TryReadAsync(token => store.GetCycleAsync(threadId, cycleId, token), cancellationToken);
                if (cycle is not { Status: CycleStatus.Running })
                {
                    return cycle;
                }

                if (left <= TimeSpan.Zero)
                {
                    return null;
                }
            }

            await changed.WaitAsync(left, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    // Read for all callers who wait for this thread. False may be wrong: the caller then reads the cycle itself.
    private async Task<bool> IsRunningAsync(ThreadWatch watch, string cycleId, CancellationToken cancellationToken) =>
        await TryReadAsync<IReadOnlySet<string>>(async _ => await watch.RunningCyclesAsync(), cancellationToken) is { } running
            && running.Contains(cycleId);

    // The input is accepted already, so an unavailable database must not turn the response into an error.
    private async Task<T?> TryReadAsync<T>(Func<CancellationToken, Task<T?>> read, CancellationToken cancellationToken)
    {
        try
        {
            return await database.ReadAsync(read, cancellationToken);
        }
        catch (Exception exception) when (ExceptionProblem.Of(exception) is { Code: ProblemCodes.DatabaseUnavailable })
        {
            return default;
        }
    }
}

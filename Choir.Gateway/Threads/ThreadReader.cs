using Choir.Contracts.Threads;
using Choir.Gateway.Health;
using Choir.Gateway.Problems;
using Choir.Storage;

namespace Choir.Gateway.Threads;

/// <summary>Reads threads from the database. Throws a problem if a thread does not exist or the database is unavailable.</summary>
internal sealed class ThreadReader(ThreadStore store, ThreadEventFeed feed, DatabaseWatch database, TimeProvider time)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromMilliseconds(500);

    public Task<ThreadPage> ListAsync(PageQuery page, CancellationToken cancellationToken)
    {
        var (before, size) = (page.Cursor?.ToString("D"), page.Size);
        return database.RunAsync(token => store.ListThreadsAsync(before, size, token), cancellationToken);
    }

    public async Task<ThreadView> GetAsync(string threadId, PageQuery page, CancellationToken cancellationToken)
    {
        var (before, size) = (page.Cursor?.ToString("D"), page.Size);
        return await database.RunAsync(token => store.GetThreadAsync(threadId, before, size, token), cancellationToken)
            ?? throw ThreadClient.ThreadNotFound(threadId);
    }

    public async Task<CycleView> GetCycleAsync(string threadId, string cycleId, CancellationToken cancellationToken) =>
        await database.RunAsync(token => store.GetCycleAsync(threadId, cycleId, token), cancellationToken)
            ?? throw ProblemException.NotFound($"There is no cycle {cycleId} in thread {threadId}.");

    public async Task ThrowIfUnknownAsync(string threadId, CancellationToken cancellationToken)
    {
        if (!await database.RunAsync(token => store.ThreadExistsAsync(threadId, token), cancellationToken))
        {
            throw ThreadClient.ThreadNotFound(threadId);
        }
    }

    public IAsyncEnumerable<ThreadEvent> Events(string threadId, long afterId) => feed.FollowAsync(threadId, afterId);

    /// <returns>The cycle; null if it has not ended in time, or the database has become unavailable.</returns>
    public async Task<CycleView?> WaitForEndAsync(
        string threadId, string cycleId, TimeSpan limit, CancellationToken cancellationToken)
    {
        var startedAt = time.GetTimestamp();
        for (var delay = FirstDelay; ; delay = Min(delay * 1.5, MaxDelay))
        {
            var cycle = await TryGetCycleAsync(threadId, cycleId, cancellationToken);
            if (cycle is not { Status: CycleStatus.Running })
            {
                return cycle;
            }

            var left = limit - time.GetElapsedTime(startedAt);
            if (left <= TimeSpan.Zero)
            {
                return null;
            }

            await Task.Delay(Min(delay, left), time, cancellationToken);
        }
    }

    // The input is accepted already, so an unavailable database must not turn the response into an error.
    private async Task<CycleView?> TryGetCycleAsync(string threadId, string cycleId, CancellationToken cancellationToken)
    {
        try
        {
            return await database.RunAsync(token => store.GetCycleAsync(threadId, cycleId, token), cancellationToken);
        }
        catch (Exception exception) when (ExceptionProblem.Of(exception) is { Code: ProblemCodes.DatabaseUnavailable })
        {
            return null;
        }
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}

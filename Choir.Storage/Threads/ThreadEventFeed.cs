using System.Runtime.CompilerServices;
using Choir.Contracts.Threads;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Choir.Storage;

/// <summary>Streams the events of threads to many callers over one listening connection for the process.</summary>
/// <remarks>
/// A notification only says that a thread has new events. Each caller reads them from the table, by number, a page at a
/// time, so no events are buffered for a slow caller. A periodic poll finds events whose notification was lost.
/// </remarks>
/// <param name="listening">Opens the connection that listens. It has a session of the server of its own.</param>
/// <param name="store">Reads the events.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Logs when notifications are missing for longer than a moment.</param>
public sealed class ThreadEventFeed(
    NpgsqlDataSource listening, ThreadStore store, TimeProvider time, ILogger<ThreadEventFeed> logger)
    : BackgroundService
{
    private const string Channel = "choir_thread_events";

    // A caller who does not read keeps what was read for it. Each page is at most this size and one event, which may be large.
    private const int MaxEvents = 20;
    private const long MaxBytes = 64 * 1024;

    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LastRetry = TimeSpan.FromSeconds(5);

    private readonly FollowedThreads _followed = new();

    // The connection was lost; and then it could not be opened again.
    private bool _isReopening;
    private bool _isLost;

    /// <summary>The number of threads that callers are following.</summary>
    public int Followed => _followed.Count;

    /// <summary>The events of a thread after a given one, including future ones, until cancelled.</summary>
    /// <param name="threadId">The thread.</param>
    /// <param name="afterId">The number of the last known event; 0 for none.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    /// <remarks>
    /// While the database cannot be reached the stream pauses. It then continues where it was; or, if the database has returned to an
    /// earlier state (a failover to a server that was behind), starts with the thread's first event again, and ends if there is no such
    /// thread any more.
    /// </remarks>
    public async IAsyncEnumerable<ThreadEvent> FollowAsync(
        string threadId, long afterId, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (!ThreadIds.TryParse(threadId, out var thread))
        {
            yield break;
        }

        var followed = _followed.Add(thread);
        try
        {
            var known = new KnownEvent(afterId);
            var limit = MaxEvents;
            while (true)
            {
                // Taken before reading, so that an event appended during the read ends the wait.
                var changed = followed.Next.Happened;
                var page = await TryReadAsync(threadId, known, limit, cancellationToken);
                if (page is null)
                {
                    await Task.Delay(FirstRetry, time, cancellationToken);
                    continue;
                }

                if (!page.Continues)
                {
                    logger.ThreadEventsReplaced(threadId, known.Id);
                    if (!page.HasThread)
                    {
                        yield break;
                    }

                    known = default;
                    continue;
                }

                // The database sends all events that were asked for, so fewer are asked for while they are large.
                limit = page.IsCut ? page.Events.Count : Math.Min(limit * 2, MaxEvents);
                known = page.Known;
                if (page.Events.Count == 0)
                {
                    await changed.WaitAsync(cancellationToken);
                }

                while (page.Events.TryDequeue(out var threadEvent))
                {
                    yield return threadEvent;
                    known = KnownEvent.Of(threadEvent);
                }
            }
        }
        finally
        {
            _followed.Remove(thread, followed);
        }
    }

    /// <summary>Says when a thread may have new events, and which of its cycles run.</summary>
    /// <param name="threadId">The thread.</param>
    /// <returns>Ends the watch when disposed.</returns>
    public ThreadWatch Watch(string threadId)
    {
        var thread = ThreadIds.Parse(threadId);
        var followed = _followed.Add(thread);
        return new ThreadWatch(followed, () => store.RunningIdsAsync(thread), () => _followed.Remove(thread, followed));
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var retry = FirstRetry;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await OpenAsync(stoppingToken);
                retry = FirstRetry;

                // Events may have been appended before LISTEN.
                _followed.NotifyAll();
                await ListenAsync(connection, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                await OnLostAsync(e, retry, stoppingToken);
                retry = retry * 2 < LastRetry ? retry * 2 : LastRetry;
            }
        }
    }

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken stoppingToken)
    {
        var connection = await listening.OpenConnectionAsync(stoppingToken);
        try
        {
            connection.Notification += (_, notification) => _followed.Notify(notification.Payload);
            await using var listen = new NpgsqlCommand($"LISTEN {Channel}", connection);
            await listen.ExecuteNonQueryAsync(stoppingToken);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        if (_isLost)
        {
            logger.ThreadEventsBack();
        }

        (_isLost, _isReopening) = (false, false);
        return connection;
    }

    // The poll uses the listening connection, so that this one is not idle for long and a broken one is noticed.
    private async Task ListenAsync(NpgsqlConnection connection, CancellationToken stoppingToken)
    {
        var polled = time.GetTimestamp();
        while (true)
        {
            await connection.WaitAsync(PollInterval, stoppingToken);
            if (time.GetElapsedTime(polled) >= PollInterval)
            {
                await PollAsync(connection, stoppingToken);
                polled = time.GetTimestamp();
            }
        }
    }

    // A connection that can be opened again at once is no news: what was missed meanwhile is read then.
    private async Task OnLostAsync(Exception exception, TimeSpan retry, CancellationToken stoppingToken)
    {
        if (_isReopening && !_isLost)
        {
            _isLost = true;
            logger.ThreadEventsLost(DatabaseFault.Of(exception)?.Reason ?? exception.Message);
        }

        _isReopening = true;
        await Task.Delay(retry, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // Null while the database cannot be reached.
    private async Task<ThreadEventPage?> TryReadAsync(string threadId, KnownEvent known, int limit, CancellationToken cancellationToken)
    {
        try
        {
            return await store.PageAfterAsync(threadId, known, limit, MaxBytes, cancellationToken);
        }
        catch (Exception e) when (DatabaseFault.Of(e) is { IsTemporary: true })
        {
            return null;
        }
    }

    private async Task PollAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        _followed.NotifyChanged(await ThreadStore.LastEventsAsync(connection, _followed.Threads, cancellationToken));
}

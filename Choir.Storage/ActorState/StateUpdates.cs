using Npgsql;

namespace Choir.Storage;

/// <summary>
/// Writes states. While <see cref="MaxStatements"/> statements run, further updates wait, and the next statement takes all that
/// wait: under load one commit stores many states, and without load each update is sent at once.
/// </summary>
/// <remarks>
/// An update is acknowledged when the transaction that contains it is committed. The span of a combined statement belongs to the
/// trace of its first update. Waiting updates are limited by the number of actors, each of which writes one state at a time.
/// </remarks>
/// <param name="dataSource">The database.</param>
internal sealed class StateUpdates(NpgsqlDataSource dataSource)
{
    /// <summary>Statements that run at a time. More of them would contain fewer updates each.</summary>
    internal const int MaxStatements = 4;

    private const int MaxRows = 100;
    private const int MaxBytes = 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly Queue<Waiting> _waiting = new();
    private int _running;

    /// <summary>Replaces a state; the new version, or null if the stored version is not the update's.</summary>
    public Task<long?> WriteAsync(StateUpdate update)
    {
        lock (_gate)
        {
            if (_running == MaxStatements)
            {
                var waiting = new Waiting(update, ExecutionContext.Capture());
                _waiting.Enqueue(waiting);
                return waiting.Written.Task;
            }

            _running++;
        }

        return WriteNowAsync(update);
    }

    private async Task<long?> WriteNowAsync(StateUpdate update)
    {
        try
        {
            return await StateUpdateCommand.RunAsync(dataSource, update);
        }
        finally
        {
            StartNext();
        }
    }

    private void StartNext()
    {
        List<Waiting> batch = [];
        lock (_gate)
        {
            var bytes = 0;
            while (batch.Count < MaxRows && bytes < MaxBytes && _waiting.TryDequeue(out var next))
            {
                batch.Add(next);
                bytes += next.Update.State.Length;
            }

            if (batch.Count == 0)
            {
                _running--;
                return;
            }
        }

        // In the context of an update in the batch, not of the one that has just ended, and not on the scheduler of its actor.
        if (batch[0].Context is { } context)
        {
            ExecutionContext.Run(context, _ => Start(), null);
        }
        else
        {
            Start();
        }

        void Start() => _ = Task.Run(() => WriteBatchAsync(batch));
    }

    private async Task WriteBatchAsync(List<Waiting> batch)
    {
        try
        {
            // Two statements that update the same rows in different order would wait for each other.
            batch.Sort((one, other) => one.Update.CompareTo(other.Update));
            var versions = await StateUpdateCommand.RunAsync(dataSource, batch.ConvertAll(waiting => waiting.Update));
            for (var at = 0; at < batch.Count; at++)
            {
                batch[at].Written.SetResult(versions[at]);
            }
        }
        catch (PostgresException e) when (batch.Count > 1 && IsOfOne(e))
        {
            await WriteEachAsync(batch);
        }
        catch (Exception e)
        {
            batch.ForEach(waiting => waiting.Written.SetException(e));
        }
        finally
        {
            StartNext();
        }
    }

    // Refused because of one of them, and none is stored. After other errors, such as a time-out, each would only fail again.
    private static bool IsOfOne(PostgresException error) =>
        UnstorableStateException.Reason(error) is not null || error.SqlState == PostgresErrorCodes.DeadlockDetected;

    private async Task WriteEachAsync(List<Waiting> batch)
    {
        foreach (var waiting in batch)
        {
            try
            {
                waiting.Written.SetResult(await StateUpdateCommand.RunAsync(dataSource, waiting.Update));
            }
            catch (Exception e)
            {
                waiting.Written.SetException(e);
            }
        }
    }

    private sealed record Waiting(StateUpdate Update, ExecutionContext? Context)
    {
        public TaskCompletionSource<long?> Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

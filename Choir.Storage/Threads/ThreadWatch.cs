namespace Choir.Storage;

/// <summary>Says when a thread may have new events. Dispose it to end the watch.</summary>
public sealed class ThreadWatch : IDisposable
{
    private readonly FollowedThread _followed;
    private readonly Func<Task<IReadOnlySet<string>>> _read;
    private Action? _end;

    internal ThreadWatch(FollowedThread followed, Func<Task<IReadOnlySet<string>>> read, Action end) =>
        (_followed, _read, _end) = (followed, read, end);

    /// <summary>
    /// Completes at the next change. Take it before reading, so that a change during the read is not missed; then take it
    /// again. It may also complete without a change.
    /// </summary>
    public Task Changed => _followed.Next.Happened;

    /// <summary>
    /// The ids of the thread's running cycles. All watches of the thread share one read after each change, so that many callers
    /// who wait for one thread do not each read at each event. So a cycle that was accepted since the last change may be missing.
    /// </summary>
    public Task<IReadOnlySet<string>> RunningCyclesAsync() => _followed.Next.RunningCyclesAsync(_read);

    /// <inheritdoc/>
    public void Dispose() => Interlocked.Exchange(ref _end, null)?.Invoke();
}

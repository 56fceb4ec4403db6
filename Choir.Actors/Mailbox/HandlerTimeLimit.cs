namespace Choir.Actors;

/// <summary>
/// The cancellation token of a running handler. The timer behind it is made when the handler first asks for the token:
/// most never do.
/// </summary>
/// <param name="limit">How long the handler may run.</param>
/// <param name="started">When it began, by the clock.</param>
/// <param name="time">The clock.</param>
/// <param name="sender">Cancelled by the sender.</param>
internal sealed class HandlerTimeLimit(TimeSpan limit, long started, TimeProvider time, CancellationToken sender) : IDisposable
{
    private CancellationTokenSource? _source;
    private CancellationTokenSource? _timer;

    /// <summary>Fires when the time is up or the sender has cancelled.</summary>
    public CancellationToken Token => (_source ??= Create()).Token;

    /// <summary>Whether the handler ran out of time, and its token told it so.</summary>
    public bool HasFired => _timer is { IsCancellationRequested: true };

    /// <summary>Whether the sender has cancelled the message.</summary>
    public bool IsCancelledBySender => sender.IsCancellationRequested;

    /// <inheritdoc/>
    public void Dispose()
    {
        _source?.Dispose();
        _timer?.Dispose();
    }

    private CancellationTokenSource Create()
    {
        var left = limit - time.GetElapsedTime(started);
        _timer = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
        return CancellationTokenSource.CreateLinkedTokenSource(_timer.Token, sender);
    }
}

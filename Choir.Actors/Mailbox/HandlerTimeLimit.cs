namespace Choir.Actors;

/// <summary>
/// The cancellation token of a running handler. Its timer is created when the handler first uses the token: most never do.
/// </summary>
/// <param name="limit">How long the handler may run.</param>
/// <param name="started">The start of the handler, as a timestamp of the clock.</param>
/// <param name="time">The clock.</param>
/// <param name="sender">Cancelled by the sender.</param>
internal sealed class HandlerTimeLimit(TimeSpan limit, long started, TimeProvider time, CancellationToken sender) : IDisposable
{
    private CancellationTokenSource? _source;
    private CancellationTokenSource? _timer;

    /// <summary>Cancelled at the limit or by the sender.</summary>
    public CancellationToken Token => (_source ??= Create()).Token;

    /// <summary>Whether the token was used and the limit has passed.</summary>
    public bool HasFired => _timer is { IsCancellationRequested: true };

    public bool IsCancelledBySender => sender.IsCancellationRequested;

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

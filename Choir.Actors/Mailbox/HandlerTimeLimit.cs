namespace Choir.Actors;

/// <summary>
/// The cancellation token of a running handler. The timer behind it is made when the handler first asks for the token:
/// most never do.
/// </summary>
internal sealed class HandlerTimeLimit(TimeSpan limit, TimeProvider time, CancellationToken sender) : IDisposable
{
    private readonly long _started = time.GetTimestamp();
    private CancellationTokenSource? _source;
    private CancellationTokenSource? _timer;

    /// <summary>Fires when the time is up or the sender has cancelled.</summary>
    public CancellationToken Token => (_source ??= Create()).Token;

    /// <summary>Whether the handler ran out of time, and its token told it so.</summary>
    public bool HasFired => _timer is { IsCancellationRequested: true };

    /// <inheritdoc/>
    public void Dispose()
    {
        _source?.Dispose();
        _timer?.Dispose();
    }

    private CancellationTokenSource Create()
    {
        var left = limit - time.GetElapsedTime(_started);
        _timer = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
        return CancellationTokenSource.CreateLinkedTokenSource(_timer.Token, sender);
    }
}

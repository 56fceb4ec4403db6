namespace Choir.ActorHost.Ledger;

/// <summary>The pump's delay after failures: the poll interval, doubled with each failure, up to <c>Chain:MaxBackoff</c>.</summary>
internal sealed class PumpBackoff(ChainOptions options, TimeProvider time)
{
    private int _failures;
    private string? _reason;
    private long _startedAt;
    private TimeSpan _delay;

    public bool IsActive => time.GetElapsedTime(_startedAt) < _delay;

    /// <summary>How many rounds have failed since the last success.</summary>
    public int Failures => _failures;

    /// <summary>Starts a delay after a failure. Returns whether the failure differs from the one before, so that it is logged.</summary>
    public bool Start(Exception exception)
    {
        (_startedAt, _delay) = (time.GetTimestamp(), DelayAfter(_failures++));
        // An unreachable node causes timeouts and refused connections in turn.
        var kind = ChainNode.IsUnreachable(exception) ? "unreachable"
            : exception is LedgerProblemException problem ? problem.Problem
            : $"{exception.GetType()}: {exception.Message}";
        var isNew = kind != _reason;
        _reason = kind;
        return isNew;
    }

    /// <summary>Ends the backoff after a success. Returns whether there was a failure before.</summary>
    public bool Reset()
    {
        var hadFailed = _failures > 0;
        _failures = 0;
        _reason = null;
        return hadFailed;
    }

    /// <summary>The delay after a number of earlier failures.</summary>
    public TimeSpan DelayAfter(int failures) => TimeSpan.FromTicks(
        (long)Math.Min(options.PollInterval.Ticks * Math.Pow(2, Math.Min(failures, 20)), options.MaxBackoff.Ticks));
}

namespace Choir.ActorHost.Ledger;

/// <summary>
/// How long the pump rests after failures: the poll interval, doubled with each, up to <c>Chain:MaxBackoff</c>.
/// </summary>
internal sealed class PumpPause(ChainOptions options, TimeProvider time)
{
    private int _failures;
    private string? _reason;
    private DateTimeOffset _until = DateTimeOffset.MinValue;

    /// <summary>Whether it is not yet time to try again.</summary>
    public bool IsOn => time.GetUtcNow() < _until;

    /// <summary>Notes a failure; true if it is another one than the last, so that it is worth a log record.</summary>
    public bool Begin(Exception exception)
    {
        _until = time.GetUtcNow() + After(_failures++);
        // A node that is away shows itself as now a time-out, now a refused connection.
        var kind = ChainNode.IsAway(exception) ? "away" : $"{exception.GetType()}: {exception.Message}";
        if (kind == _reason)
        {
            return false;
        }

        _reason = kind;
        return true;
    }

    /// <summary>Notes a success; true if it is the first after failures.</summary>
    public bool End()
    {
        var ended = _failures > 0;
        _failures = 0;
        _reason = null;
        return ended;
    }

    /// <summary>How long to wait after so many failures before.</summary>
    public TimeSpan After(int before) => TimeSpan.FromTicks(
        (long)Math.Min(options.PollInterval.Ticks * Math.Pow(2, Math.Min(before, 20)), options.MaxBackoff.Ticks));
}

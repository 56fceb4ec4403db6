namespace Choir.Storage;

/// <summary>
/// What the database refused to this process lately although it can be reached and accepts writes: a right or a part of the schema is
/// missing, or statements wait for a lock. The health check asks neither for each right nor for each table.
/// </summary>
/// <param name="time">The clock.</param>
public sealed class RefusedStatements(TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    private Refusal? _last;

    /// <summary>The reason of a refusal of the last 30 seconds; null if there was none.</summary>
    public string? Recent => _last is { } last && time.GetElapsedTime(last.At) < Window ? last.Reason : null;

    /// <summary>Remembers a fault, unless it is that of what was to be stored, or the health check finds it by itself.</summary>
    /// <param name="fault">The fault of a statement.</param>
    public void OnFault(DatabaseFault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        if (fault.IsRefusal || fault is { Kind: DatabaseFaultKind.Overloaded, SqlState: not null })
        {
            _last = new Refusal(fault.Reason, time.GetTimestamp());
        }
    }

    private sealed record Refusal(string Reason, long At);
}

using System.Globalization;
using Choir.ServiceDefaults.Health;
using Npgsql;

namespace Choir.Storage;

/// <summary>Reads from the outbox whether anchoring is stuck, so that every service reports the same.</summary>
/// <remarks>
/// The node's health must not depend on the database: while the database does not answer, the last known problem is reported.
/// A frozen server does not confirm the cancellation of a statement either, so the statement is not cancelled but left to its
/// own timeout, and no other one is started meanwhile.
/// </remarks>
internal sealed class AnchoringMonitor(NpgsqlDataSource dataSource) : IAnchoringMonitor
{
    // Much shorter than the timeout of a health check.
    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private Task _reading = Task.CompletedTask;
    private volatile string? _known;

    public async Task<string?> ProblemAsync(CancellationToken cancellationToken)
    {
        Task reading;
        lock (_gate)
        {
            reading = _reading.IsCompleted ? _reading = ReadAsync() : _reading;
        }

        try
        {
            await reading.WaitAsync(Timeout, cancellationToken);
        }
        catch (TimeoutException)
        {
        }

        return _known;
    }

    private async Task ReadAsync()
    {
        try
        {
            await using var command = dataSource.CreateCommand(
                """
                SELECT count(*) OVER (), last_error FROM ledger_outbox WHERE stuck_since IS NOT NULL
                ORDER BY created_at LIMIT 1
                """);
            await using var row = await command.ExecuteReaderAsync();
            _known = await row.ReadAsync()
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"Anchoring is stuck for {row.GetInt64(0)} cycles: {(row.IsDBNull(1) ? "see anchor.error" : row.GetString(1))}")
                : null;
        }
        catch (NpgsqlException)
        {
            // The health of the database says so.
        }
    }
}

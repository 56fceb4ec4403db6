using Npgsql;

namespace Choir.Storage;

/// <summary>Finds out whether a connection pooler gives every transaction another session of the server.</summary>
/// <remarks>
/// Choir would start over such a pooler, and fail later: prepared statements, locks and notifications belong to a session. A
/// pooler that keeps a session as long as its client is connected needs no care.
/// </remarks>
internal static class PoolerCheck
{
    // Other clients of the pooler may take the session that the second connection would get.
    private const int Attempts = 3;

    /// <summary>Whether connections share sessions.</summary>
    /// <param name="dataSource">Opens connections that are not pooled by Npgsql.</param>
    /// <param name="first">An open connection.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public static async Task<bool> SharesSessionsAsync(
        NpgsqlDataSource dataSource, NpgsqlConnection first, CancellationToken cancellationToken)
    {
        // A pooler cannot know the session's process when its client connects, so it makes one up.
        if (await ProcessAsync(first, cancellationToken) == first.ProcessID)
        {
            return false;
        }

        await using var second = await dataSource.OpenConnectionAsync(cancellationToken);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            // The first connection has no transaction now. If the second one gets the same process, the session is shared.
            var process = await ProcessAsync(first, cancellationToken);
            try
            {
                await using var transaction = await second.BeginTransactionAsync(cancellationToken);
                if (await ProcessAsync(second, cancellationToken) == process
                    || await ProcessAsync(first, cancellationToken) != process)
                {
                    return true;
                }
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.ProtocolViolation or PostgresErrorCodes.FeatureNotSupported)
            {
                // A pooler that gives even every statement another session allows no transaction.
                return true;
            }
        }

        return false;
    }

    private static async Task<int> ProcessAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT pg_backend_pid()", connection);
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}

using Choir.Storage;
using Npgsql;

namespace Choir.AppHost.Commands;

/// <param name="Address">The contract's address.</param>
/// <param name="FirstBlock">A block that is not newer than that of the deployment.</param>
/// <param name="Deployment">The hash of the transaction that deploys it; null if it is not known.</param>
internal sealed record LedgerContractEntry(string Address, long FirstBlock, string? Deployment);

/// <summary>Reads the table in which actor hosts store the contract's address.</summary>
internal static class LedgerContractTable
{
    private const int TimeoutSeconds = 5;

    /// <summary>The contracts on a chain, newest first; the first one whose code is on the chain is used.</summary>
    public static async Task<IReadOnlyList<LedgerContractEntry>> ListAsync(
        string connectionString, long chainId, CancellationToken cancellation)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            // Not pooled: an idle connection would delay Postgres' orderly shutdown.
            Pooling = false,
            Timeout = TimeoutSeconds,
            CommandTimeout = TimeoutSeconds,
            Options = "-c default_transaction_read_only=on",
        };
        try
        {
            await using var connection = new NpgsqlConnection(settings.ConnectionString);
            await connection.OpenAsync(cancellation);
            await using var command = new NpgsqlCommand(LedgerContractQuery.Sql, connection);
            command.Parameters.Add(new NpgsqlParameter { Value = chainId });
            await using var row = await command.ExecuteReaderAsync(cancellation);
            var contracts = new List<LedgerContractEntry>();
            while (await row.ReadAsync(cancellation))
            {
                contracts.Add(new LedgerContractEntry(row.GetString(1), row.GetInt64(2), row.IsDBNull(5) ? null : row.GetString(5)));
            }

            return contracts;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            // The first service that starts creates the schema.
            return [];
        }
        catch (NpgsqlException e)
        {
            throw new CommandException($"The database does not answer: {e.Message}");
        }
    }
}

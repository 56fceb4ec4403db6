using Npgsql;

namespace Choir.AppHost.Commands;

internal sealed record LedgerContractEntry(string Address, long DeployedBlock);

/// <summary>Reads the table in which actor hosts store the contract's address.</summary>
internal static class LedgerContractTable
{
    private const int TimeoutSeconds = 5;

    /// <summary>The contract on a chain, identified by chain id and genesis block; null if it is not deployed.</summary>
    public static async Task<LedgerContractEntry?> FindAsync(
        string connectionString, ulong chainId, string genesisHash, CancellationToken cancellation)
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
            await using var command = new NpgsqlCommand(
                "SELECT address, deployed_block FROM ledger_contract WHERE chain_id::numeric = $1 AND genesis_hash = $2",
                connection);
            command.Parameters.Add(new NpgsqlParameter { Value = (decimal)chainId });
            command.Parameters.Add(new NpgsqlParameter { Value = genesisHash });
            await using var row = await command.ExecuteReaderAsync(cancellation);
            return await row.ReadAsync(cancellation) ? new LedgerContractEntry(row.GetString(0), row.GetInt64(1)) : null;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            // The first service that starts creates the schema.
            return null;
        }
        catch (NpgsqlException e)
        {
            throw new CommandException($"The database does not answer: {e.Message}");
        }
    }
}

using Npgsql;

namespace Choir.Storage;

/// <summary>The deployed contracts, one a chain (table <c>ledger_contract</c>), so that a restart uses the same one.</summary>
public sealed class LedgerContractStore(NpgsqlDataSource dataSource, TimeProvider time)
{
    /// <summary>Finds the contract of a chain.</summary>
    /// <param name="chainId">The chain's id.</param>
    /// <param name="genesisHash">The hash of its first block: a development chain that is restarted keeps its id.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The contract; null if none is stored.</returns>
    public async Task<StoredContract?> FindAsync(long chainId, string genesisHash, CancellationToken cancellationToken)
    {
        await using var command = Command(
            "SELECT id, address, deployed_block FROM ledger_contract WHERE chain_id = $1 AND genesis_hash = $2",
            chainId,
            genesisHash);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken)
            ? new StoredContract(row.GetInt64(0), row.GetString(1), row.GetInt64(2))
            : null;
    }

    /// <summary>Stores the contract of a chain, in place of an earlier one.</summary>
    /// <param name="chainId">The chain's id.</param>
    /// <param name="genesisHash">The hash of its first block.</param>
    /// <param name="address">The contract's address.</param>
    /// <param name="deployedBlock">The block of its deployment.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<StoredContract> SaveAsync(
        long chainId, string genesisHash, string address, long deployedBlock, CancellationToken cancellationToken)
    {
        await using var command = Command(
            """
            INSERT INTO ledger_contract (chain_id, genesis_hash, address, deployed_block, deployed_at)
            VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (chain_id, genesis_hash) DO UPDATE SET address = excluded.address,
                deployed_block = excluded.deployed_block, deployed_at = excluded.deployed_at
            RETURNING id
            """,
            chainId,
            genesisHash,
            address,
            deployedBlock,
            time.GetUtcNow());
        return new StoredContract((long)(await command.ExecuteScalarAsync(cancellationToken))!, address, deployedBlock);
    }

    private NpgsqlCommand Command(string sql, params ReadOnlySpan<object> values)
    {
        var command = dataSource.CreateCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return command;
    }
}

using Npgsql;

namespace Choir.Storage;

/// <summary>
/// The contracts (table <c>ledger_contract</c>). A contract is stored before the transaction that deploys it is sent, so that
/// the next host finds that transaction instead of deploying a second contract.
/// </summary>
public sealed class LedgerContractStore(NpgsqlDataSource dataSource)
{
    /// <summary>The contracts of a chain, newest first.</summary>
    /// <param name="chainId">The chain's id.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<IReadOnlyList<StoredContract>> ListAsync(long chainId, CancellationToken cancellationToken)
    {
        await using var command = Command(LedgerContractQuery.Sql, chainId);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var contracts = new List<StoredContract>();
        while (await row.ReadAsync(cancellationToken))
        {
            contracts.Add(new StoredContract(
                row.GetInt64(0), row.GetString(1), row.GetInt64(2), row.IsDBNull(3) ? null : row.GetString(3),
                row.IsDBNull(6) ? null : new SignedTransaction(row.GetInt64(4), row.GetString(5), row.GetString(6))));
        }

        return contracts;
    }

    /// <summary>
    /// Stores a contract that is about to be deployed. An account deploys to the same address with the same nonce, so a chain
    /// that has lost its state may get a contract at an address that is stored.
    /// </summary>
    /// <param name="chainId">The chain's id.</param>
    /// <param name="address">The address, in lower case.</param>
    /// <param name="block">The newest block before the deployment.</param>
    /// <param name="deployment">The transaction.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>False if another host has stored a transaction for this address that is not mined yet.</returns>
    public async Task<bool> AddAsync(
        long chainId, string address, long block, SignedTransaction deployment, CancellationToken cancellationToken)
    {
        await using var command = Command(
            """
            INSERT INTO ledger_contract AS contract
                (chain_id, address, deployed_block, deployed_at, nonce, transaction_hash, raw_transaction)
            VALUES ($1, $2, $3, now(), $4, $5, $6)
            ON CONFLICT (chain_id, address) DO UPDATE SET deployed_block = excluded.deployed_block, deployed_at = now(),
                nonce = excluded.nonce, transaction_hash = excluded.transaction_hash,
                raw_transaction = excluded.raw_transaction, code_hash = NULL
            WHERE contract.raw_transaction IS NULL
            """, chainId, address, block, deployment.Nonce, deployment.Hash, deployment.Raw);
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    /// <summary>Stores a deployment with higher fees in place of an earlier one.</summary>
    /// <param name="contract">The contract, with the earlier deployment.</param>
    /// <param name="deployment">The transaction, with the same nonce.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>False if another host has replaced it, or the contract is deployed.</returns>
    public async Task<bool> ReplaceAsync(
        StoredContract contract, SignedTransaction deployment, CancellationToken cancellationToken)
    {
        await using var command = Command(
            """
            UPDATE ledger_contract SET transaction_hash = $3, raw_transaction = $4
            WHERE id = $1 AND transaction_hash = $2 AND raw_transaction IS NOT NULL
            """, contract.Id, contract.Deployment!.Hash, deployment.Hash, deployment.Raw);
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    /// <summary>Stores that a contract is on the chain.</summary>
    /// <param name="contract">The contract.</param>
    /// <param name="codeHash">The hash of its code.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>How long ago the deployment was stored; null if another host has stored it.</returns>
    public async Task<TimeSpan?> MarkDeployedAsync(
        StoredContract contract, string codeHash, CancellationToken cancellationToken)
    {
        await using var command = Command(
            """
            UPDATE ledger_contract SET raw_transaction = NULL, code_hash = $2 WHERE id = $1 AND code_hash IS NULL
            RETURNING now() - deployed_at
            """, contract.Id, codeHash);
        return await command.ExecuteScalarAsync(cancellationToken) as TimeSpan?;
    }

    /// <summary>Stores that a deployment cannot be mined any more. Its row stays, because cycles may refer to it.</summary>
    /// <param name="contract">The contract.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task AbandonAsync(StoredContract contract, CancellationToken cancellationToken)
    {
        await using var command = Command(
            "UPDATE ledger_contract SET raw_transaction = NULL WHERE id = $1 AND transaction_hash = $2",
            contract.Id, contract.Deployment!.Hash);
        await command.ExecuteNonQueryAsync(cancellationToken);
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

using Choir.ActorHost.Ledger.Contract;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Choir.ActorHost.Ledger;

/// <summary>
/// Finds the contract on the chain that the node is on, or deploys it. Its address is kept in Postgres (table
/// <c>ledger_contract</c>), so that restarts go on with the same one.
/// </summary>
internal sealed class LedgerContracts(
    ChainNode node, NpgsqlDataSource database, IOptions<ChainOptions> options, TimeProvider time,
    ILogger<LedgerContracts> logger)
{
    private static readonly TimeSpan ReceiptInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>The contract, checked to be there.</summary>
    public async Task<LedgerContract> AttachAsync(CancellationToken cancellation)
    {
        var (chainId, genesis) = await node.ConnectAsync();
        if (await ReadAsync(chainId, genesis, cancellation) is { } known && await HasCodeAsync(known.Address))
        {
            return known;
        }

        var (address, block) = await DeployAsync(cancellation);
        var deployed = await StoreAsync(chainId, genesis, address, block, cancellation);
        logger.LedgerContractDeployed(address, chainId, block);
        return deployed;
    }

    // The code is lost when a development chain goes back to an older state of itself.
    private async Task<bool> HasCodeAsync(string address) =>
        await node.Web3.Eth.GetCode.SendRequestAsync(address) is { Length: > 2 };

    private async Task<(string Address, long Block)> DeployAsync(CancellationToken cancellation)
    {
        // Not the pending count: a deployment that was given up too early is repeated under its own nonce, not beside it.
        var nonce = await node.MinedCountAsync();
        var handler = node.Web3.Eth.GetContractDeploymentHandler<ChoirLedgerDeployment>();
        var message = new ChoirLedgerDeployment();
        message.Gas = (await handler.EstimateGasAsync(message)).Value * 5 / 4;
        LedgerContract.Price(message, nonce, await node.FeesAsync());
        var transaction = LedgerContract.Signed(await handler.SignTransactionAsync(message), nonce);
        var began = time.GetTimestamp();
        await node.SendAsync(transaction);
        node.Metrics.Called(LedgerMetrics.ConstructorMethod);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(options.Value.DeploymentTimeout);
        try
        {
            while (true)
            {
                if (await node.ReceiptAsync(transaction.Hash) is { } receipt)
                {
                    var address = receipt.HasErrors() == true ? null : receipt.ContractAddress;
                    Ended(address is null ? "error" : "ok");
                    node.Metrics.GasUsed(LedgerMetrics.Deploy, (long)receipt.GasUsed.Value);
                    return address is null
                        ? throw new InvalidOperationException($"The deployment {transaction.Hash} was reverted.")
                        : (address, (long)receipt.BlockNumber.Value);
                }

                await Task.Delay(ReceiptInterval, time, limit.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            Ended("timeout");
            throw new TimeoutException(
                $"The deployment {transaction.Hash} was not mined within {options.Value.DeploymentTimeout}.");
        }

        void Ended(string outcome) =>
            node.Metrics.TransactionEnded(LedgerMetrics.Deploy, outcome, time.GetElapsedTime(began));
    }

    private async Task<LedgerContract?> ReadAsync(long chainId, string genesis, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            "SELECT id, address, deployed_block FROM ledger_contract WHERE chain_id = $1 AND genesis_hash = $2");
        command.Parameters.Add(new NpgsqlParameter { Value = chainId });
        command.Parameters.Add(new NpgsqlParameter { Value = genesis });
        await using var row = await command.ExecuteReaderAsync(cancellation);
        return await row.ReadAsync(cancellation)
            ? new LedgerContract(node, row.GetInt64(0), row.GetString(1), row.GetInt64(2))
            : null;
    }

    private async Task<LedgerContract> StoreAsync(
        long chainId, string genesis, string address, long block, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            """
            INSERT INTO ledger_contract (chain_id, genesis_hash, address, deployed_block, deployed_at)
            VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (chain_id, genesis_hash) DO UPDATE SET address = excluded.address,
                deployed_block = excluded.deployed_block, deployed_at = excluded.deployed_at
            RETURNING id
            """);
        foreach (var value in new object[] { chainId, genesis, address, block, time.GetUtcNow() })
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return new LedgerContract(node, (long)(await command.ExecuteScalarAsync(cancellation))!, address, block);
    }
}

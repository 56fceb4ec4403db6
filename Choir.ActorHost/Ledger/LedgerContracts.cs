using Choir.ActorHost.Ledger.Contract;
using Choir.Storage;
using Microsoft.Extensions.Options;

namespace Choir.ActorHost.Ledger;

/// <summary>Finds the contract on the node's chain, or deploys it.</summary>
internal sealed class LedgerContracts(
    ChainNode node, LedgerContractStore store, IOptions<ChainOptions> options, TimeProvider time,
    ILogger<LedgerContracts> logger)
{
    private static readonly TimeSpan ReceiptInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>The contract, after checking that its code is on the chain.</summary>
    public async Task<LedgerContract> AttachAsync(CancellationToken cancellation)
    {
        var (chainId, genesis) = await node.ConnectAsync();
        if (await store.FindAsync(chainId, genesis, cancellation) is { } known && await HasCodeAsync(known.Address))
        {
            return new LedgerContract(node, known);
        }

        var (address, block) = await DeployAsync(cancellation);
        var deployed = await store.SaveAsync(chainId, genesis, address, block, cancellation);
        logger.LedgerContractDeployed(address, chainId, block);
        return new LedgerContract(node, deployed);
    }

    // A development chain that returns to an older state loses the code.
    private async Task<bool> HasCodeAsync(string address) =>
        await node.Web3.Eth.GetCode.SendRequestAsync(address) is { Length: > 2 };

    private async Task<(string Address, long Block)> DeployAsync(CancellationToken cancellation)
    {
        // Not the pending count: a deployment that timed out is replaced under the same nonce, not deployed a second time.
        var nonce = await node.MinedCountAsync();
        var handler = node.Web3.Eth.GetContractDeploymentHandler<ChoirLedgerDeployment>();
        var message = new ChoirLedgerDeployment();
        message.Gas = (await handler.EstimateGasAsync(message)).Value * 5 / 4;
        LedgerContract.SetNonceAndFees(message, nonce, await node.FeesAsync());
        var transaction = LedgerContract.ToSigned(await handler.SignTransactionAsync(message), nonce);
        var startedAt = time.GetTimestamp();
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
            node.Metrics.TransactionEnded(LedgerMetrics.Deploy, outcome, time.GetElapsedTime(startedAt));
    }
}

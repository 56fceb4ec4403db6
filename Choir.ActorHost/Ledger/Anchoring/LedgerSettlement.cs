using Choir.Storage;
using Microsoft.Extensions.Options;
using Nethereum.JsonRpc.Client;
using Nethereum.RPC.Eth.DTOs;

namespace Choir.ActorHost.Ledger;

/// <summary>Checks the transactions that were sent: confirms, sends again, replaces or gives up each of them.</summary>
internal sealed class LedgerSettlement(
    LedgerOutbox outbox, ChainNode node, AnchorSearch search, AnchorOutcomes outcomes, LedgerReplacement replacement,
    IOptions<ChainOptions> options)
{
    // Each reverted transaction costs gas.
    private const int MaxReverts = 10;

    /// <summary>Returns how many cycles it confirmed.</summary>
    public async Task<int> RunAsync(LedgerChain chain, CancellationToken cancellation)
    {
        var submitted = await outbox.ListSubmittedAsync(cancellation);
        if (submitted.Count == 0)
        {
            return 0;
        }

        // Read before the receipts: if our transaction used a nonce below this count, its receipt exists.
        var mined = await node.MinedCountAsync();
        var state = new Counts(mined, Math.Max(mined, await node.KnownCountAsync()), await node.HeadAsync());
        var due = submitted.Where(entry => entry.IsDue).ToList();
        var receipts = Ahead.Start(due, entry => node.ReceiptAsync(entry.Transaction.Hash));
        var confirmed = 0;
        foreach (var (entry, receipt) in due.Zip(receipts))
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                confirmed += await SettleAsync(entry, receipt, chain, state, cancellation) ? 1 : 0;
            }
            catch (Exception exception) when (AnchorOutcomes.IsOfOneCycle(exception))
            {
                await outcomes.TroubledAsync(entry.Cycle, exception, cancellation);
            }
        }

        return confirmed;
    }

    /// <summary>Returns whether the cycle is confirmed.</summary>
    private async Task<bool> SettleAsync(
        SubmittedCycle entry, Task<TransactionReceipt?> receiving, LedgerChain chain, Counts state, CancellationToken cancellation)
    {
        var transaction = entry.Transaction;
        if (chain.Find(entry.ContractId) is not { } contract)
        {
            await outcomes.ReleasedAsync(entry, "The chain no longer has the contract that the transaction calls.", cancellation);
        }
        else if (await receiving is { } receipt)
        {
            if (!IsDeep(state.Head, (long)receipt.BlockNumber.Value))
            {
                return false;
            }

            if (contract.Read(receipt, entry.Cycle) is { } anchor)
            {
                await outcomes.ConfirmedAsync(entry.Cycle, contract, anchor, cancellation);
                return true;
            }

            node.Metrics.GasUsed(LedgerMetrics.Record, (long)receipt.GasUsed.Value);
            return await SettleUnrecordedAsync(entry, contract, state.Head, receipt.HasErrors() == true, cancellation);
        }
        else if (await node.IsKnownAsync(transaction.Hash))
        {
            // Waiting for a block, which comes only if its fees suffice.
            state.Known = Math.Max(state.Known, transaction.Nonce + 1);
            await replacement.RaiseIfTooLowAsync(entry, contract, state.Head, cancellation);
        }
        else if (transaction.Nonce < state.Mined)
        {
            return await SettleUnrecordedAsync(entry, contract, state.Head, reverted: false, cancellation);
        }
        else if (transaction.Nonce > state.Known && !await IsReplacementAsync(entry))
        {
            await outcomes.ReleasedAsync(entry, "A transaction with a lower nonce was lost.", cancellation);
        }
        else if (await SendAgainAsync(entry, contract, cancellation))
        {
            state.Known = Math.Max(state.Known, transaction.Nonce + 1);
        }

        return false;
    }

    /// <summary>Handles a transaction that did not record its cycle: another one did, or it is signed again, or fails.</summary>
    private async Task<bool> SettleUnrecordedAsync(
        SubmittedCycle entry, LedgerContract contract, ChainHead head, bool reverted, CancellationToken cancellation)
    {
        if (await search.FindAsync(contract, entry.Cycle) is { } anchor)
        {
            if (!IsDeep(head, anchor.BlockNumber))
            {
                return false;
            }

            await outcomes.ConfirmedAsync(entry.Cycle, contract, anchor, cancellation);
            return true;
        }

        if (!reverted)
        {
            await outcomes.ReleasedAsync(entry, "The transaction did not record it.", cancellation);
        }
        else if (await CountRevertedAsync(entry.Cycle) + 1 < MaxReverts)
        {
            await outcomes.ReleasedAsync(entry, "The contract reverted the transaction.", cancellation, "error");
        }
        else
        {
            await outcomes.FailedAsync(
                entry.Cycle, $"The contract reverted the transaction, the last of {MaxReverts}.", cancellation);
        }

        return false;
    }

    /// <summary>How many earlier transactions of the cycle the contract has reverted.</summary>
    private async Task<int> CountRevertedAsync(PendingCycle cycle)
    {
        var reverted = 0;
        foreach (var hash in cycle.EarlierHashes)
        {
            reverted += (await node.ReceiptAsync(hash))?.HasErrors() == true ? 1 : 0;
        }

        return reverted;
    }

    /// <summary>Whether the node still has the transaction that this one replaces.</summary>
    private Task<bool> IsReplacementAsync(SubmittedCycle entry) =>
        node.IsAnyKnownAsync(entry.Cycle.EarlierHashes.Reverse(), entry.Transaction.Nonce);

    /// <summary>Sends the transaction. Returns whether the node has a transaction of the cycle under the nonce.</summary>
    private async Task<bool> SendAgainAsync(SubmittedCycle entry, LedgerContract contract, CancellationToken cancellation)
    {
        try
        {
            await node.SendAsync(entry.Transaction);
            return true;
        }
        catch (RpcResponseException exception) when (Refusals.Of(exception) == Refusal.FeeTooLow)
        {
            return await replacement.RaiseAsync(entry, contract, cancellation);
        }
        catch (RpcResponseException exception) when (Refusals.Of(exception) == Refusal.NonceUsed)
        {
            // Mined since the transactions were counted: the next round finds the receipt.
            return false;
        }
        catch (RpcResponseException exception)
        {
            // Later nonces wait for the replaced transaction, so the cycle keeps the nonce as long as the node has it.
            if (await IsReplacementAsync(entry))
            {
                await outcomes.TroubledAsync(entry.Cycle, exception, cancellation);
                return true;
            }

            await outcomes.RefusedAsync(entry, exception, cancellation);
            return false;
        }
    }

    private bool IsDeep(ChainHead head, long block) => head.Confirmations(block) >= options.Value.ConfirmationBlocks;

    private sealed class Counts(long mined, long known, ChainHead head)
    {
        public long Mined { get; } = mined;

        public long Known { get; set; } = known;

        public ChainHead Head { get; } = head;
    }
}

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
        var due = submitted.Where(entry => entry.Due.Count > 0).ToList();
        var receipts = Ahead.Start(due, entry => node.ReceiptAsync(entry.Transaction.Hash));
        var confirmed = 0;
        foreach (var (entry, receipt) in due.Zip(receipts))
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                confirmed += await SettleAsync(entry, receipt, chain, state, cancellation);
            }
            catch (Exception exception) when (AnchorOutcomes.IsOfOneCycle(exception))
            {
                await outcomes.TroubledAsync(entry.Cycles, exception, cancellation);
            }
        }

        return confirmed;
    }

    /// <summary>Returns how many cycles it confirmed.</summary>
    private async Task<int> SettleAsync(
        SubmittedTransaction entry, Task<TransactionReceipt?> receiving, LedgerChain chain, Counts state,
        CancellationToken cancellation)
    {
        var transaction = entry.Transaction;
        if (chain.Find(entry.ContractId) is not { } contract)
        {
            await outcomes.ReleasedAsync(
                entry, entry.Cycles, "The chain no longer has the contract that the transaction calls.", cancellation);
        }
        else if (await receiving is { } receipt)
        {
            return IsDeep(state.Head, (long)receipt.BlockNumber.Value)
                ? await SettleMinedAsync(entry, receipt, contract, state.Head, cancellation)
                : 0;
        }
        else if (await node.IsKnownAsync(transaction.Hash))
        {
            // Waiting for a block, which comes only if its fees suffice.
            state.Known = Math.Max(state.Known, transaction.Nonce + 1);
            await replacement.RaiseIfTooLowAsync(entry, contract, state.Head, cancellation);
        }
        else if (transaction.Nonce < state.Mined)
        {
            return await FindReplacedAsync(entry, contract) is { } replaced && IsDeep(state.Head, (long)replaced.BlockNumber.Value)
                ? await SettleMinedAsync(entry, replaced, contract, state.Head, cancellation)
                : await SettleUnrecordedAsync(entry, entry.Due, contract, state.Head, reverted: false, cancellation);
        }
        else if (transaction.Nonce > state.Known && !await IsReplacementAsync(entry))
        {
            await outcomes.ReleasedAsync(entry, entry.Cycles, "A transaction with a lower nonce was lost.", cancellation);
        }
        else if (await SendAgainAsync(entry, contract, cancellation))
        {
            state.Known = Math.Max(state.Known, transaction.Nonce + 1);
        }

        return 0;
    }

    /// <summary>Confirms the cycles that a transaction has recorded. Returns how many it confirmed.</summary>
    private async Task<int> SettleMinedAsync(
        SubmittedTransaction entry, TransactionReceipt receipt, LedgerContract contract, ChainHead head,
        CancellationToken cancellation)
    {
        var anchors = contract.Read(receipt);
        var recorded = entry.Due.Where(cycle => anchors.ContainsKey(cycle.CycleHash))
            .Select(cycle => new RecordedCycle(cycle, anchors[cycle.CycleHash])).ToList();
        var confirmed = recorded.Count == 0
            ? 0
            : recorded.Count - await outcomes.ConfirmedAsync(recorded, contract, cancellation);
        if (anchors.Count == 0)
        {
            node.Metrics.GasUsed(LedgerMetrics.Record, (long)receipt.GasUsed.Value);
        }

        var unrecorded = entry.Due.Where(cycle => !anchors.ContainsKey(cycle.CycleHash)).ToList();
        return unrecorded.Count == 0 ? confirmed : confirmed + await SettleUnrecordedAsync(
            entry, unrecorded, contract, head, receipt.HasErrors() == true, cancellation);
    }

    /// <summary>
    /// Handles cycles that their transaction did not record: each is recorded by another one, or signed again, or fails. Returns how
    /// many it confirmed.
    /// </summary>
    private async Task<int> SettleUnrecordedAsync(
        SubmittedTransaction entry, IReadOnlyList<PendingCycle> cycles, LedgerContract contract, ChainHead head, bool reverted,
        CancellationToken cancellation)
    {
        var confirmed = 0;
        var released = new List<PendingCycle>();
        foreach (var cycle in cycles)
        {
            try
            {
                if (await search.FindAsync(contract, cycle) is { } anchor)
                {
                    confirmed += IsDeep(head, anchor.BlockNumber)
                        ? 1 - await outcomes.ConfirmedAsync([new RecordedCycle(cycle, anchor)], contract, cancellation)
                        : 0;
                }
                else if (reverted && await CountRevertedAsync(cycle) + 1 >= MaxReverts)
                {
                    await outcomes.FailedAsync(
                        cycle, $"The contract reverted the transaction, the last of {MaxReverts}.", cancellation);
                }
                else
                {
                    released.Add(cycle);
                }
            }
            catch (Exception exception) when (AnchorOutcomes.IsOfOneCycle(exception))
            {
                await outcomes.TroubledAsync([cycle], exception, cancellation);
            }
        }

        if (released.Count > 0)
        {
            await outcomes.ReleasedAsync(
                entry, released, reverted ? "The contract reverted the transaction." : "The transaction did not record it.",
                cancellation, reverted ? "error" : "unknown");
        }

        return confirmed;
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

    /// <summary>The receipt of a transaction that this one replaces, and that has recorded cycles in its place; null if there is none.</summary>
    private async Task<TransactionReceipt?> FindReplacedAsync(SubmittedTransaction entry, LedgerContract contract)
    {
        foreach (var hash in entry.Cycles[0].EarlierHashes.Reverse())
        {
            if (await node.ReceiptAsync(hash) is { } receipt && contract.Read(receipt).ContainsKey(entry.Cycles[0].CycleHash))
            {
                return receipt;
            }
        }

        return null;
    }

    /// <summary>Whether the node still has the transaction that this one replaces.</summary>
    private Task<bool> IsReplacementAsync(SubmittedTransaction entry) =>
        node.IsAnyKnownAsync(entry.Cycles[0].EarlierHashes.Reverse(), entry.Transaction.Nonce);

    /// <summary>Sends the transaction. Returns whether the node has a transaction of the cycles under the nonce.</summary>
    private async Task<bool> SendAgainAsync(SubmittedTransaction entry, LedgerContract contract, CancellationToken cancellation)
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
            // Later nonces wait for the replaced transaction, so the cycles keep the nonce as long as the node has it.
            if (await IsReplacementAsync(entry))
            {
                await outcomes.TroubledAsync(entry.Cycles, exception, cancellation);
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

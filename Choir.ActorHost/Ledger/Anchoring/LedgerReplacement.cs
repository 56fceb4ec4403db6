using Choir.Storage;
using Nethereum.JsonRpc.Client;

namespace Choir.ActorHost.Ledger;

/// <summary>
/// Replaces a transaction whose fees have become too low, under its nonce: otherwise it waits for ever, and all later ones
/// behind it. The replaced transaction may still be mined, so its hash is kept.
/// </summary>
internal sealed class LedgerReplacement(LedgerOutbox outbox, ChainNode node, ILogger<LedgerReplacement> logger)
{
    public async Task RaiseIfTooLowAsync(
        SubmittedTransaction entry, LedgerContract contract, ChainHead head, CancellationToken cancellation)
    {
        if (await node.IsFeeTooLowAsync(entry.Transaction, head))
        {
            await RaiseAsync(entry, contract, cancellation);
        }
        else if (entry.Cycles.Any(cycle => cycle.HasError))
        {
            await outbox.ClearAsync(entry.Cycles, cancellation);
        }
    }

    /// <summary>Returns whether the node has accepted the replacement.</summary>
    /// <exception cref="LedgerProblemException">The fees would be above the limit.</exception>
    public async Task<bool> RaiseAsync(SubmittedTransaction entry, LedgerContract contract, CancellationToken cancellation)
    {
        var before = entry.Transaction;
        var fees = await node.FeesAboveAsync(before);
        var signed = await contract.SignRecordAsync(
            entry.Cycles, await contract.GasOfRecordAsync(entry.Cycles, fees), before.Nonce, fees);
        if (!await outbox.ReplaceAsync(entry, signed, cancellation))
        {
            return false;
        }

        try
        {
            await node.SendAsync(signed);
        }
        catch (RpcResponseException exception) when (Refusals.Of(exception) is Refusal.FeeTooLow or Refusal.NonceUsed)
        {
            // Too low: raised further in the next round. Used: the next round finds the receipt.
            return false;
        }

        logger.TransactionReplaced(
            entry.Cycles.Count, entry.Cycles[0].CycleId, before.Hash, signed.Hash, Fees.ToGwei(Fees.Of(signed).Limit));
        await outbox.ClearAsync(entry.Cycles, cancellation);
        return true;
    }
}

using Choir.ActorHost.PostChain;
using Microsoft.Extensions.Options;
using Nethereum.JsonRpc.Client;

namespace Choir.ActorHost.Ledger;

/// <summary>
/// Moves cycles from the outbox to the chain, a round at a time. A round may be cut off anywhere, and two may run at once
/// on different hosts: the transaction is stored before it is sent, so that a repetition sends the same one; and the
/// contract refuses a hash that it has, so that none is recorded twice whatever happens to transactions.
/// </summary>
internal sealed class LedgerPump(
    LedgerOutbox outbox, LedgerContracts contracts, ChainNode node, LedgerReview review, PostChainMetrics cycles,
    IOptions<ChainOptions> options, TimeProvider time, ILogger<LedgerPump> logger)
{
    private readonly LedgerMetrics _metrics = node.Metrics;
    private readonly ChainOptions _options = options.Value;
    private readonly PumpPause _pause = new(options.Value, time);

    /// <summary>
    /// One round: settles what was sent, sends what is due. Does nothing while it pauses after a failure. Throws nothing:
    /// what goes wrong is logged when it changes.
    /// </summary>
    public async Task RunRoundAsync(CancellationToken cancellation)
    {
        if (_pause.IsOn)
        {
            return;
        }

        try
        {
            if (review.IsDone && !await outbox.HasWorkAsync(cancellation))
            {
                return;
            }

            var contract = await contracts.AttachAsync(cancellation);
            await review.RunAsync(contract, cancellation);
            // On as long as it gets anywhere: a development chain mines what it is sent at once.
            int moved;
            do
            {
                moved = await SettleAsync(contract, cancellation);
                moved += await SubmitAsync(contract, cancellation);
            }
            while (moved > 0);

            if (_pause.End())
            {
                logger.LedgerResumed();
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
        }
        catch (Exception exception)
        {
            // The chain may be another one when it is back, or an older state of this one.
            review.Repeat();
            if (!_pause.Begin(exception))
            {
                return;
            }

            if (ChainNode.IsAway(exception))
            {
                logger.NodeAway(exception.InnerException?.Message ?? exception.Message);
            }
            else
            {
                logger.LedgerFailed(exception);
            }
        }
    }

    /// <summary>Looks after what was sent; how many cycles are confirmed by it.</summary>
    private async Task<int> SettleAsync(LedgerContract contract, CancellationToken cancellation)
    {
        var submitted = await outbox.ListSubmittedAsync(cancellation);
        if (submitted.Count == 0)
        {
            return 0;
        }

        // Read before the receipts: a nonce used by then has a receipt by then, if it was ours.
        var mined = await node.MinedCountAsync();
        var known = await node.KnownCountAsync();
        var newest = await node.BlockNumberAsync();
        var confirmed = 0;
        foreach (var entry in submitted)
        {
            cancellation.ThrowIfCancellationRequested();
            var (cycle, contractId, transaction) = entry;
            if (contractId != contract.Id)
            {
                await ReleaseAsync(cycle, "The chain was begun anew.", cancellation);
            }
            else if (await node.ReceiptAsync(transaction.Hash) is { } receipt)
            {
                if (newest - (long)receipt.BlockNumber.Value + 1 < _options.ConfirmationBlocks)
                {
                    continue;
                }

                if (contract.Read(receipt, cycle) is { } anchor)
                {
                    await ConfirmAsync(cycle, contract, anchor, cancellation);
                    confirmed++;
                }
                else
                {
                    _metrics.GasUsed(LedgerMetrics.Record, (long)receipt.GasUsed.Value);
                    await SettleUnrecordedAsync(cycle, contract, receipt.HasErrors() == true, cancellation);
                }
            }
            else if (await node.KnowsAsync(transaction.Hash))
            {
                // It waits for a block.
            }
            else if (transaction.Nonce < mined)
            {
                await SettleUnrecordedAsync(cycle, contract, reverted: false, cancellation);
            }
            else if (transaction.Nonce > known)
            {
                await ReleaseAsync(cycle, "A transaction before this one was lost.", cancellation);
            }
            else if (await SendAsync(entry, cancellation))
            {
                known = Math.Max(known, transaction.Nonce + 1);
            }
        }

        return confirmed;
    }

    /// <summary>The transaction did not record the cycle: another one did, or the cycle is signed anew, or refused.</summary>
    private async Task SettleUnrecordedAsync(
        PendingCycle cycle, LedgerContract contract, bool reverted, CancellationToken cancellation)
    {
        if (await contract.FindAsync(cycle) is { } anchor)
        {
            await ConfirmAsync(cycle, contract, anchor, cancellation);
        }
        else if (reverted)
        {
            await FailAsync(cycle, "The contract reverted the transaction.", cancellation);
        }
        else
        {
            await ReleaseAsync(cycle, "The transaction did not record it.", cancellation);
        }
    }

    /// <summary>Sends what is due, as far as there is room; how many were sent.</summary>
    private async Task<int> SubmitAsync(LedgerContract contract, CancellationToken cancellation)
    {
        var inFlight = await outbox.ListSubmittedAsync(cancellation);
        var room = _options.MaxInFlight - inFlight.Count;
        if (room <= 0)
        {
            return 0;
        }

        var due = await outbox.ListDueAsync(room, cancellation);
        if (due.Count == 0)
        {
            return 0;
        }

        var fees = await node.FeesAsync();
        var nonce = await node.KnownCountAsync();
        var sent = 0;
        if (inFlight.Count > 0)
        {
            nonce = Math.Max(nonce, inFlight[^1].Transaction.Nonce + 1);
        }

        foreach (var cycle in due)
        {
            cancellation.ThrowIfCancellationRequested();
            using var span = LedgerTracing.Start("submit_transaction", cycle);
            if (await SignAsync(cycle, contract, nonce, fees, cancellation) is not { } transaction)
            {
                continue;
            }

            if (!await outbox.MarkSubmittedAsync(cycle, contract, transaction, cancellation))
            {
                continue;
            }

            // After a refusal the node's count must be read again before another nonce is used.
            if (!await SendAsync(new SubmittedCycle(cycle, contract.Id, transaction), cancellation))
            {
                return sent;
            }

            _metrics.Called(LedgerMetrics.RecordMethod);
            nonce++;
            sent++;
        }

        return sent;
    }

    /// <summary>Signs; null if the cycle needs no transaction, or cannot have one now.</summary>
    private async Task<SignedTransaction?> SignAsync(
        PendingCycle cycle, LedgerContract contract, long nonce, Fees fees, CancellationToken cancellation)
    {
        try
        {
            return await contract.SignRecordAsync(cycle, nonce, fees);
        }
        catch (Exception exception) when (LedgerContract.IsRevert(exception))
        {
            if (await contract.FindAsync(cycle) is { } anchor)
            {
                await ConfirmAsync(cycle, contract, anchor, cancellation);
            }
            else if (await contract.IsRecordedAsync(cycle))
            {
                await ReleaseAsync(cycle, "It is recorded, but the node does not show its event yet.", cancellation);
            }
            else
            {
                await FailAsync(cycle, "The contract reverts it: " + exception.Message, cancellation);
            }
        }
        catch (RpcResponseException exception)
        {
            // Not enough funds, most of all: for a human to mend, and then it goes on by itself.
            await RefusedAsync(cycle, exception, cancellation);
        }

        return null;
    }

    /// <summary>Sends; false if the node refuses, and the cycle is given back.</summary>
    private async Task<bool> SendAsync(SubmittedCycle entry, CancellationToken cancellation)
    {
        try
        {
            await node.SendAsync(entry.Transaction);
            return true;
        }
        catch (RpcResponseException exception)
        {
            await RefusedAsync(entry.Cycle, exception, cancellation);
            return false;
        }
    }

    private Task RefusedAsync(PendingCycle cycle, RpcResponseException exception, CancellationToken cancellation)
    {
        // The first time only: the cycle is tried again and again.
        if (cycle.Attempts == 0)
        {
            logger.TransactionRefused(cycle.CycleId, exception.Message);
        }

        return ReleaseAsync(cycle, exception.Message, cancellation, "rejected");
    }

    private async Task ReleaseAsync(
        PendingCycle cycle, string reason, CancellationToken cancellation, string outcome = "unknown")
    {
        var took = await outbox.ReleaseAsync(cycle, reason, _pause.After(cycle.Attempts), cancellation);
        _metrics.TransactionEnded(LedgerMetrics.Record, outcome, took);
    }

    private async Task ConfirmAsync(
        PendingCycle cycle, LedgerContract contract, Anchor anchor, CancellationToken cancellation)
    {
        using var span = LedgerTracing.Start("confirm_transaction", cycle);
        span?.SetTag("blockchain.transaction.hash", anchor.TransactionHash);
        span?.SetTag("blockchain.block.number", anchor.BlockNumber);
        // Null where another host was quicker: then that one measures and logs.
        if (await outbox.ConfirmAsync(cycle, contract, anchor, cancellation) is not { } times)
        {
            return;
        }

        _metrics.GasUsed(LedgerMetrics.Record, anchor.GasUsed);
        Measure(times, ok: true);
        logger.CycleAnchored(cycle.CycleId, anchor.TransactionHash, anchor.BlockNumber);
    }

    private async Task FailAsync(PendingCycle cycle, string reason, CancellationToken cancellation)
    {
        using var span = LedgerTracing.Start("fail_transaction", cycle);
        span.Failed(reason);
        if (await outbox.FailAsync(cycle, reason, cancellation) is not { } times)
        {
            return;
        }

        Measure(times, ok: false);
        logger.AnchorFailed(cycle.CycleId, reason);
    }

    private void Measure(OutboxTimes times, bool ok)
    {
        _metrics.TransactionEnded(LedgerMetrics.Record, ok ? "ok" : "error", times.SinceSubmission);
        if (times.SinceAcceptance is { } accepted)
        {
            cycles.Anchored(accepted, ok);
        }
    }
}

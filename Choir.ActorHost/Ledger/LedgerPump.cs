using Choir.ActorHost.PostChain;
using Choir.Storage;
using Microsoft.Extensions.Options;
using Nethereum.JsonRpc.Client;

namespace Choir.ActorHost.Ledger;

/// <summary>
/// Moves cycles from the outbox to the chain, in rounds. A round may be interrupted anywhere, and two hosts may run a round
/// at the same time: a transaction is stored before it is sent, so that a retry sends the same one, and the contract rejects
/// a hash that it has recorded, so that no cycle is recorded twice.
/// </summary>
internal sealed class LedgerPump(
    LedgerOutbox outbox, LedgerContracts contracts, ChainNode node, LedgerReview review, PostChainMetrics cycles,
    IOptions<ChainOptions> options, TimeProvider time, ILogger<LedgerPump> logger)
{
    private readonly LedgerMetrics _metrics = node.Metrics;
    private readonly ChainOptions _options = options.Value;
    private readonly PumpBackoff _backoff = new(options.Value, time);

    /// <summary>
    /// One round: checks the transactions that were sent, then sends the cycles that are due. Does nothing while it backs
    /// off after a failure. Does not throw: a failure is logged when it differs from the one before.
    /// </summary>
    public async Task RunRoundAsync(CancellationToken cancellation)
    {
        if (_backoff.IsActive)
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
            // Repeated while there is progress: a development chain mines a transaction at once.
            int moved;
            do
            {
                moved = await SettleAsync(contract, cancellation);
                moved += await SubmitAsync(contract, cancellation);
            }
            while (moved > 0);

            if (_backoff.Reset())
            {
                logger.LedgerResumed();
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
        }
        catch (Exception exception)
        {
            // The node may return with another chain, or with an older state of this one.
            review.Request();
            var isNew = _backoff.Start(exception);
            if (isNew && ChainNode.IsUnreachable(exception))
            {
                logger.NodeUnreachable(exception.InnerException?.Message ?? exception.Message);
            }
            else if (isNew)
            {
                logger.LedgerFailed(exception);
            }
        }
    }

    /// <summary>Checks the transactions that were sent. Returns how many cycles it confirmed.</summary>
    private async Task<int> SettleAsync(LedgerContract contract, CancellationToken cancellation)
    {
        var submitted = await outbox.ListSubmittedAsync(cancellation);
        if (submitted.Count == 0)
        {
            return 0;
        }

        // Read before the receipts: if our transaction used a nonce below this count, its receipt exists.
        var mined = await node.MinedCountAsync();
        var known = await node.KnownCountAsync();
        var newest = await node.BlockNumberAsync();
        var confirmed = 0;
        foreach (var entry in submitted)
        {
            cancellation.ThrowIfCancellationRequested();
            var (cycle, contractId, transaction) = entry;
            if (contractId != contract.Stored.Id)
            {
                await ReleaseAsync(cycle, "The chain was restarted from a new first block.", cancellation);
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
            else if (await node.IsKnownAsync(transaction.Hash))
            {
                // Waiting for a block.
            }
            else if (transaction.Nonce < mined)
            {
                await SettleUnrecordedAsync(cycle, contract, reverted: false, cancellation);
            }
            else if (transaction.Nonce > known)
            {
                await ReleaseAsync(cycle, "A transaction with a lower nonce was lost.", cancellation);
            }
            else if (await SendAsync(entry, cancellation))
            {
                known = Math.Max(known, transaction.Nonce + 1);
            }
        }

        return confirmed;
    }

    /// <summary>Handles a transaction that did not record its cycle: another one did, or it is signed again, or fails.</summary>
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

    /// <summary>Sends the cycles that are due, up to <c>Chain:MaxInFlight</c>. Returns how many it sent.</summary>
    private async Task<int> SubmitAsync(LedgerContract contract, CancellationToken cancellation)
    {
        var inFlight = await outbox.ListSubmittedAsync(cancellation);
        var capacity = _options.MaxInFlight - inFlight.Count;
        var due = capacity > 0 ? await outbox.ListDueAsync(capacity, cancellation) : [];
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
            if (await SignAsync(cycle, contract, nonce, fees, cancellation) is not { } transaction
                || !await outbox.MarkSubmittedAsync(cycle, contract.Stored, transaction, cancellation))
            {
                continue;
            }

            // After a rejection the node's transaction count must be read again before another nonce is used.
            if (!await SendAsync(new SubmittedCycle(cycle, contract.Stored.Id, transaction), cancellation))
            {
                return sent;
            }

            _metrics.Called(LedgerMetrics.RecordMethod);
            nonce++;
            sent++;
        }

        return sent;
    }

    /// <summary>Signs the transaction; null if the cycle needs none, or cannot be signed now.</summary>
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
                await ReleaseAsync(cycle, "The cycle is recorded, but the node does not return its event yet.", cancellation);
            }
            else
            {
                await FailAsync(cycle, "The contract reverts the transaction: " + exception.Message, cancellation);
            }
        }
        catch (RpcResponseException exception)
        {
            // Usually the account has no funds. After someone adds funds, the next attempt succeeds.
            await RejectedAsync(cycle, exception, cancellation);
        }

        return null;
    }

    /// <summary>Sends the transaction. If the node rejects it, the cycle is released and the result is false.</summary>
    private async Task<bool> SendAsync(SubmittedCycle entry, CancellationToken cancellation)
    {
        try
        {
            await node.SendAsync(entry.Transaction);
            return true;
        }
        catch (RpcResponseException exception)
        {
            await RejectedAsync(entry.Cycle, exception, cancellation);
            return false;
        }
    }

    private Task RejectedAsync(PendingCycle cycle, RpcResponseException exception, CancellationToken cancellation)
    {
        // Logged for the first attempt only.
        if (cycle.Attempts == 0)
        {
            logger.TransactionRejected(cycle.CycleId, exception.Message);
        }

        return ReleaseAsync(cycle, exception.Message, cancellation, "rejected");
    }

    private async Task ReleaseAsync(
        PendingCycle cycle, string reason, CancellationToken cancellation, string outcome = "unknown")
    {
        var elapsed = await outbox.ReleaseAsync(cycle, reason, _backoff.DelayAfter(cycle.Attempts), cancellation);
        _metrics.TransactionEnded(LedgerMetrics.Record, outcome, elapsed);
    }

    private async Task ConfirmAsync(
        PendingCycle cycle, LedgerContract contract, Anchor anchor, CancellationToken cancellation)
    {
        using var span = LedgerTracing.Start("confirm_transaction", cycle);
        span?.SetTag("blockchain.transaction.hash", anchor.TransactionHash);
        span?.SetTag("blockchain.block.number", anchor.BlockNumber);
        // Null if another host stored it first. Then that host measures and logs.
        if (await outbox.ConfirmAsync(cycle, contract.Stored, anchor, cancellation) is { } times)
        {
            _metrics.GasUsed(LedgerMetrics.Record, anchor.GasUsed);
            Measure(times, ok: true);
            logger.CycleAnchored(cycle.CycleId, anchor.TransactionHash, anchor.BlockNumber);
        }
    }

    private async Task FailAsync(PendingCycle cycle, string reason, CancellationToken cancellation)
    {
        using var span = LedgerTracing.Start("fail_transaction", cycle);
        span.SetFailed(reason);
        if (await outbox.FailAsync(cycle, reason, cancellation) is { } times)
        {
            Measure(times, ok: false);
            logger.AnchorFailed(cycle.CycleId, reason);
        }
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

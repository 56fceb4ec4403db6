using System.Diagnostics;
using Choir.Storage;
using Microsoft.Extensions.Options;
using Nethereum.JsonRpc.Client;

namespace Choir.ActorHost.Ledger;

/// <summary>Signs, stores and sends the transactions of the cycles that are due, up to <c>Chain:MaxInFlight</c>.</summary>
internal sealed class LedgerSubmission(
    LedgerOutbox outbox, ChainNode node, LedgerEstimates estimates, AnchorOutcomes outcomes, IOptions<ChainOptions> options)
{
    // What is left is sent after a look at what was sent.
    private const int MaxCycles = 512;

    /// <summary>Returns how many transactions it sent.</summary>
    /// <exception cref="LedgerProblemException">None can be sent: the account cannot pay, or fees are above the limit.</exception>
    public async Task<int> RunAsync(LedgerChain chain, CancellationToken cancellation)
    {
        var inFlight = await outbox.ListNoncesAsync(cancellation);
        var capacity = options.Value.MaxInFlight - inFlight.Count;
        var most = Math.Min(MaxCycles, capacity * (chain.Current.RecordsMany ? options.Value.MaxCyclesPerTransaction : 1));
        var due = most > 0 ? await outbox.ListDueAsync(most, cancellation) : [];
        if (due.Count == 0)
        {
            return 0;
        }

        var fees = await node.FeesAsync();
        var nonces = new FreeNonces(await node.KnownCountAsync(), inFlight);
        var batches = AnchorBatches.Of(due, AnchorBatches.Limit(chain.Current, fees, options.Value)).Take(capacity);
        var estimated = Ahead.Start(batches, batch => estimates.RunAsync(batch, chain, fees, cancellation));
        try
        {
            return await SubmitAsync(estimated, capacity, chain.Current, fees, nonces, cancellation);
        }
        finally
        {
            foreach (var estimating in estimated)
            {
                foreach (var estimate in await estimating)
                {
                    estimate.Span?.Activity.Dispose();
                }
            }
        }
    }

    private async Task<int> SubmitAsync(
        IReadOnlyList<Task<IReadOnlyList<Estimate>>> estimated, int capacity, LedgerContract contract, Fees fees,
        FreeNonces nonces, CancellationToken cancellation)
    {
        var sent = 0;
        foreach (var estimating in estimated)
        {
            foreach (var estimate in await estimating)
            {
                cancellation.ThrowIfCancellationRequested();
                var (isSent, goesOn) = sent < capacity
                    ? await SubmitAsync(estimate, contract, fees, nonces, cancellation)
                    : (false, false);
                sent += isSent ? 1 : 0;
                if (!goesOn)
                {
                    return sent;
                }
            }
        }

        return sent;
    }

    /// <summary>Returns whether it sent the transaction, and whether another one can be sent after it.</summary>
    private async Task<(bool IsSent, bool GoesOn)> SubmitAsync(
        Estimate estimate, LedgerContract contract, Fees fees, FreeNonces nonces, CancellationToken cancellation)
    {
        using var span = estimate.Span;
        Activity.Current = span?.Activity;
        var (cycles, nonce) = (estimate.Cycles, nonces.Next);
        if (await TrySignAsync(estimate, contract, nonce, fees, cancellation) is not { } transaction
            || !await outbox.MarkSubmittedAsync(cycles, contract.Stored, transaction, cancellation))
        {
            return (false, true);
        }

        // After a refusal the node's transaction count must be read again before another nonce is used.
        if (!await SendAsync(new SubmittedTransaction(transaction, contract.Stored.Id, cycles, cycles), cancellation))
        {
            return (false, false);
        }

        if (cycles.Any(cycle => cycle.HasError))
        {
            await outbox.ClearAsync(cycles, cancellation);
        }

        node.Metrics.Called(cycles.Count == 1 ? LedgerMetrics.RecordMethod : LedgerMetrics.RecordManyMethod);
        nonces.Use(nonce);
        return (true, true);
    }

    /// <summary>Signs the transaction; null if the cycles need none, or it cannot be signed now.</summary>
    private async Task<SignedTransaction?> TrySignAsync(
        Estimate estimate, LedgerContract contract, long nonce, Fees fees, CancellationToken cancellation)
    {
        try
        {
            estimate.Failure?.Throw();
            return estimate.Gas is { } gas ? await contract.SignRecordAsync(estimate.Cycles, gas, nonce, fees) : null;
        }
        catch (Exception exception) when (AnchorOutcomes.IsOfOneCycle(exception))
        {
            await outcomes.TroubledAsync(estimate.Cycles, exception, cancellation);
            if (exception is LedgerProblemException { Problem: AnchorProblem.NoFunds })
            {
                // The other cycles would be refused too.
                throw;
            }

            return null;
        }
    }

    /// <summary>Sends the transaction. If the node refuses it, the result is false.</summary>
    private async Task<bool> SendAsync(SubmittedTransaction entry, CancellationToken cancellation)
    {
        try
        {
            await node.SendAsync(entry.Transaction);
            return true;
        }
        catch (RpcResponseException exception) when (Refusals.Of(exception) == Refusal.FeeTooLow)
        {
            // It stays submitted: the settlement replaces it under its nonce.
            return false;
        }
        catch (RpcResponseException exception)
        {
            await outcomes.RefusedAsync(entry, exception, cancellation);
            if (Refusals.Of(exception) == Refusal.NoFunds)
            {
                throw exception.ToProblem(node);
            }

            return false;
        }
        catch (Exception exception) when (AnchorOutcomes.IsOfOneCycle(exception))
        {
            // An odd answer: the node may have it.
            await outcomes.TroubledAsync(entry.Cycles, exception, cancellation);
            return false;
        }
    }
}

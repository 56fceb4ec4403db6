using System.Diagnostics;
using System.Numerics;
using System.Runtime.ExceptionServices;
using Choir.Storage;
using Microsoft.Extensions.Options;
using Nethereum.JsonRpc.Client;

namespace Choir.ActorHost.Ledger;

/// <summary>Signs, stores and sends the transactions of the cycles that are due, up to <c>Chain:MaxInFlight</c>.</summary>
internal sealed class LedgerSubmission(
    LedgerOutbox outbox, ChainNode node, AnchorSearch search, AnchorOutcomes outcomes, IOptions<ChainOptions> options)
{
    /// <summary>Returns how many transactions it sent.</summary>
    /// <exception cref="LedgerProblemException">None can be sent: the account cannot pay, or fees are above the limit.</exception>
    public async Task<int> RunAsync(LedgerChain chain, CancellationToken cancellation)
    {
        var inFlight = await outbox.ListSubmittedAsync(cancellation);
        var capacity = options.Value.MaxInFlight - inFlight.Count;
        var due = capacity > 0 ? await outbox.ListDueAsync(capacity, cancellation) : [];
        if (due.Count == 0)
        {
            return 0;
        }

        var fees = await node.FeesAsync();
        var nonces = new FreeNonces(await node.KnownCountAsync(), inFlight);
        var estimates = Ahead.Start(due, cycle => EstimateAsync(cycle, chain, fees, cancellation));
        try
        {
            return await SubmitAsync(estimates, chain, fees, nonces, cancellation);
        }
        finally
        {
            foreach (var estimate in estimates)
            {
                (await estimate).Span?.Dispose();
            }
        }
    }

    private async Task<int> SubmitAsync(
        IReadOnlyList<Task<Estimate>> estimates, LedgerChain chain, Fees fees, FreeNonces nonces, CancellationToken cancellation)
    {
        var sent = 0;
        foreach (var estimating in estimates)
        {
            cancellation.ThrowIfCancellationRequested();
            var estimate = await estimating;
            var cycle = estimate.Cycle;
            using var span = Activity.Current = estimate.Span;
            var nonce = nonces.Next;
            if (await TrySignAsync(estimate, chain.Current, nonce, fees, cancellation) is not { } transaction
                || !await outbox.MarkSubmittedAsync(cycle, chain.Current.Stored, transaction, cancellation))
            {
                continue;
            }

            // After a refusal the node's transaction count must be read again before another nonce is used.
            if (!await SendAsync(new SubmittedCycle(cycle, chain.Current.Stored.Id, transaction), cancellation))
            {
                return sent;
            }

            if (cycle.HasError)
            {
                await outbox.ClearAsync(cycle, cancellation);
            }

            node.Metrics.Called(LedgerMetrics.RecordMethod);
            nonces.Use(nonce);
            sent++;
        }

        return sent;
    }

    /// <summary>Asks for the gas of the cycle's transaction. Its span is current in the calls, and goes on with the submission.</summary>
    private async Task<Estimate> EstimateAsync(PendingCycle cycle, LedgerChain chain, Fees fees, CancellationToken cancellation)
    {
        var span = LedgerTracing.Start("submit_transaction", cycle);
        try
        {
            var gas = await IsInEarlierContractAsync(cycle, chain, cancellation)
                ? null
                : await EstimateAsync(cycle, chain.Current, fees, cancellation);
            return new Estimate(cycle, span, gas, Failure: null);
        }
        catch (Exception exception)
        {
            // In the order of the cycles: one that is before this one may end the round.
            return new Estimate(cycle, span, Gas: null, ExceptionDispatchInfo.Capture(exception));
        }
    }

    private async Task<BigInteger?> EstimateAsync(
        PendingCycle cycle, LedgerContract contract, Fees fees, CancellationToken cancellation)
    {
        try
        {
            return await contract.GasOfRecordAsync(cycle, fees);
        }
        catch (Exception exception) when (exception is RpcResponseException || LedgerContract.IsRevert(exception))
        {
            // Clients have different words for a revert, so the contract is asked.
            if (await ConfirmIfRecordedAsync(cycle, contract, cancellation))
            {
                return null;
            }

            // Not final: a node that is behind, or a wrong one, reverts too, and asking costs nothing.
            throw exception is RpcResponseException refused
                ? refused.ToProblem(node)
                : new LedgerProblemException(
                    AnchorProblem.Refused, $"The contract {contract.Stored.Address} reverts the transaction: {exception.Message}");
        }
    }

    /// <summary>Signs the transaction; null if the cycle needs none, or cannot be signed now.</summary>
    private async Task<SignedTransaction?> TrySignAsync(
        Estimate estimate, LedgerContract contract, long nonce, Fees fees, CancellationToken cancellation)
    {
        try
        {
            estimate.Failure?.Throw();
            return estimate.Gas is { } gas ? await contract.SignRecordAsync(estimate.Cycle, gas, nonce, fees) : null;
        }
        catch (Exception exception) when (AnchorOutcomes.IsOfOneCycle(exception))
        {
            await outcomes.TroubledAsync(estimate.Cycle, exception, cancellation);
            if (exception is LedgerProblemException { Problem: AnchorProblem.NoFunds })
            {
                // The other cycles would be refused too.
                throw;
            }

            return null;
        }
    }

    /// <summary>
    /// Whether another contract of this chain has recorded the cycle: an earlier version of Choir may have deployed a second
    /// one while transactions of the first were not mined yet.
    /// </summary>
    private async Task<bool> IsInEarlierContractAsync(PendingCycle cycle, LedgerChain chain, CancellationToken cancellation)
    {
        if (cycle.EarlierHashes.Count == 0)
        {
            return false;
        }

        foreach (var contract in chain.OnChain.Skip(1))
        {
            if (await ConfirmIfRecordedAsync(cycle, contract, cancellation))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the contract has recorded the cycle, which is then confirmed when enough blocks follow.</summary>
    private async Task<bool> ConfirmIfRecordedAsync(
        PendingCycle cycle, LedgerContract contract, CancellationToken cancellation)
    {
        if (await search.FindAsync(contract, cycle) is not { } anchor)
        {
            return false;
        }

        if ((await node.HeadAsync()).Confirmations(anchor.BlockNumber) < options.Value.ConfirmationBlocks)
        {
            await outbox.PostponeAsync(cycle, options.Value.PollInterval, cancellation);
        }
        else
        {
            await outcomes.ConfirmedAsync(cycle, contract, anchor, cancellation);
        }

        return true;
    }

    /// <summary>Sends the transaction. If the node refuses it, the result is false.</summary>
    private async Task<bool> SendAsync(SubmittedCycle entry, CancellationToken cancellation)
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
            await outcomes.TroubledAsync(entry.Cycle, exception, cancellation);
            return false;
        }
    }

    /// <summary>What the node says to the transaction of a cycle.</summary>
    /// <param name="Cycle">The cycle.</param>
    /// <param name="Span">The span of its submission.</param>
    /// <param name="Gas">The gas limit; null if it needs no transaction.</param>
    /// <param name="Failure">Why there is no estimate.</param>
    private sealed record Estimate(PendingCycle Cycle, Activity? Span, BigInteger? Gas, ExceptionDispatchInfo? Failure);

    /// <summary>
    /// The nonces that no transaction uses. A transaction that was given up may leave a gap: it is filled first, because a chain
    /// mines nothing behind a gap.
    /// </summary>
    private sealed class FreeNonces(long known, IReadOnlyList<SubmittedCycle> inFlight)
    {
        private readonly HashSet<long> _used = [.. inFlight.Select(entry => entry.Transaction.Nonce)];
        private long _next = known;

        public long Next
        {
            get
            {
                while (_used.Contains(_next))
                {
                    _next++;
                }

                return _next;
            }
        }

        public void Use(long nonce) => _used.Add(nonce);
    }
}

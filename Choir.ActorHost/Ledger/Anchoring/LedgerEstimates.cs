using System.Numerics;
using System.Runtime.ExceptionServices;
using Choir.Storage;
using Microsoft.Extensions.Options;
using Nethereum.JsonRpc.Client;

namespace Choir.ActorHost.Ledger;

/// <summary>What the node says to a transaction before it is signed.</summary>
/// <param name="Cycles">The cycles that it records.</param>
/// <param name="Span">The span of its submission.</param>
/// <param name="Gas">The gas limit; null if none of the cycles needs a transaction.</param>
/// <param name="Failure">Why there is no estimate.</param>
internal sealed record Estimate(
    IReadOnlyList<PendingCycle> Cycles, LedgerSpan? Span, BigInteger? Gas, ExceptionDispatchInfo? Failure);

/// <summary>Asks the node for the gas of transactions. One that cannot be sent is split, so that only the cycle at fault waits.</summary>
internal sealed class LedgerEstimates(
    LedgerOutbox outbox, ChainNode node, AnchorSearch search, AnchorOutcomes outcomes, IOptions<ChainOptions> options)
{
    /// <summary>The transactions that record cycles: one, or several if the node does not accept that one.</summary>
    /// <returns>They do not fail but contain their failures, because transactions before them may end the round.</returns>
    public async Task<IReadOnlyList<Estimate>> RunAsync(
        IReadOnlyList<PendingCycle> cycles, LedgerChain chain, Fees fees, CancellationToken cancellation)
    {
        if (cycles.Count == 1)
        {
            return [await OfOneAsync(cycles[0], chain, fees, cancellation)];
        }

        IReadOnlyList<PendingCycle> alone;
        try
        {
            alone = await ListAloneAsync(cycles, chain);
        }
        catch (Exception exception)
        {
            return [Failed(cycles, null, exception)];
        }

        return alone.Count == 0
            ? await OfManyAsync(cycles, chain, fees, cancellation)
            : [
                .. await OfPartsAsync(cycles.Except(alone).Chunk(cycles.Count), chain, fees, cancellation),
                .. await OfPartsAsync(alone.Chunk(1), chain, fees, cancellation),
            ];
    }

    /// <summary>The cycles that are recorded already, or may be in an earlier contract: each of them is looked for.</summary>
    private static async Task<IReadOnlyList<PendingCycle>> ListAloneAsync(
        IReadOnlyList<PendingCycle> cycles, LedgerChain chain)
    {
        PendingCycle[] inEarlier = chain.OnChain.Count == 1 ? [] : [.. cycles.Where(cycle => cycle.EarlierHashes.Count > 0)];
        try
        {
            return [.. inEarlier.Union(await chain.Current.ListRecordedAsync(cycles))];
        }
        catch (Exception exception) when (exception is RpcResponseException || LedgerContract.IsRevert(exception))
        {
            // Not needed: the contract leaves out what is recorded, and that is found when the transaction is mined.
            return inEarlier;
        }
    }

    private static Estimate Failed(IReadOnlyList<PendingCycle> cycles, LedgerSpan? span, Exception exception) =>
        new(cycles, span, Gas: null, ExceptionDispatchInfo.Capture(exception));

    private async Task<IReadOnlyList<Estimate>> OfPartsAsync(
        IEnumerable<IReadOnlyList<PendingCycle>> parts, LedgerChain chain, Fees fees, CancellationToken cancellation)
    {
        var estimates = new List<Estimate>();
        foreach (var part in parts)
        {
            estimates.AddRange(part.Count == 1
                ? [await OfOneAsync(part[0], chain, fees, cancellation)]
                : await OfManyAsync(part, chain, fees, cancellation));
        }

        return estimates;
    }

    /// <summary>The transaction of several cycles, none of which is recorded, or those of its parts.</summary>
    private async Task<IReadOnlyList<Estimate>> OfManyAsync(
        IReadOnlyList<PendingCycle> cycles, LedgerChain chain, Fees fees, CancellationToken cancellation)
    {
        var span = LedgerTracing.Start("submit_transaction", cycles);
        span?.SetTag("choir.cycles", cycles.Count);
        var parts = AnchorBatches.Split(cycles);
        try
        {
            var gas = await chain.Current.GasOfRecordAsync(cycles, fees);
            if (fees.BlockGasLimit is not { } block || gas <= block)
            {
                return [new Estimate(cycles, span, gas, Failure: null)];
            }
        }
        catch (RpcResponseException exception) when (IsOfAll(exception))
        {
            // The others would be refused too, and stay as they are.
            parts = [[cycles[0]]];
        }
        catch (Exception exception) when (exception is RpcResponseException || LedgerContract.IsRevert(exception))
        {
        }
        catch (Exception exception)
        {
            return [Failed(cycles, span, exception)];
        }

        // Without the spans of the other cycles, which have those of their parts.
        span?.Activity.Dispose();
        return await OfPartsAsync(parts, chain, fees, cancellation);
    }

    private static bool IsOfAll(RpcResponseException exception) =>
        Refusals.Of(exception) == Refusal.NoFunds || Refusals.IsRateLimit(exception);

    /// <summary>The transaction of one cycle. Its span is current in the calls, and goes on with the submission.</summary>
    private async Task<Estimate> OfOneAsync(PendingCycle cycle, LedgerChain chain, Fees fees, CancellationToken cancellation)
    {
        var span = LedgerTracing.Start("submit_transaction", [cycle]);
        try
        {
            var gas = await IsInEarlierContractAsync(cycle, chain, cancellation)
                ? null
                : await GasOfOneAsync(cycle, chain.Current, fees, cancellation);
            return new Estimate([cycle], span, gas, Failure: null);
        }
        catch (Exception exception)
        {
            return Failed([cycle], span, exception);
        }
    }

    private async Task<BigInteger?> GasOfOneAsync(
        PendingCycle cycle, LedgerContract contract, Fees fees, CancellationToken cancellation)
    {
        try
        {
            return await contract.GasOfRecordAsync([cycle], fees);
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
            await outcomes.ConfirmedAsync([new RecordedCycle(cycle, anchor)], contract, cancellation);
        }

        return true;
    }
}

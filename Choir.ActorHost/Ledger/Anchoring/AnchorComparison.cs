using Choir.ServiceDefaults.Ethereum;
using Choir.Storage;
using Microsoft.Extensions.Options;
using Nethereum.RPC.Eth.DTOs;

namespace Choir.ActorHost.Ledger;

/// <summary>The result of a comparison of anchors with the chain.</summary>
/// <param name="IsStopped">Whether it stopped at a lost anchor that does not count yet.</param>
/// <param name="Lost">How many anchors are submitted again.</param>
/// <param name="Moved">How many anchors are in other blocks.</param>
/// <param name="Failure">Why an anchor could not be compared; null if all were.</param>
internal readonly record struct ComparedAnchors(bool IsStopped, int Lost, int Moved, Exception? Failure);

/// <summary>Compares confirmed anchors with the chain, newest first. Lost anchors are submitted again.</summary>
internal sealed class AnchorComparison(LedgerOutbox outbox, ChainNode node, IOptions<ChainOptions> options)
{
    private const int PageSize = 50;

    /// <summary>Compares the anchors from a block on. An anchor that cannot be compared does not hold up the others.</summary>
    /// <param name="chain">The contracts on the chain.</param>
    /// <param name="head">The newest block.</param>
    /// <param name="from">The lowest block to compare.</param>
    /// <param name="followLosses">Whether lower blocks are compared too, as long as some anchors are lost.</param>
    /// <param name="countsLosses">Whether lost anchors are submitted again; otherwise the first one stops the comparison.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    public async Task<ComparedAnchors> RunAsync(
        LedgerChain chain, ChainHead head, long from, bool followLosses, bool countsLosses, CancellationToken cancellation)
    {
        var (lost, moved, failure) = (0, 0, (Exception?)null);
        ChainHead? block = null;
        AnchoredCycle? last = null;
        // The receipts of the block: one transaction has the anchors of many cycles.
        var receipts = new Dictionary<string, TransactionReceipt?>();
        while (true)
        {
            var lostBefore = lost;
            IReadOnlyList<AnchoredCycle> page;
            do
            {
                page = await outbox.ListConfirmedAsync(chain.StoredIds, from, last, PageSize, cancellation);
                foreach (var anchored in page)
                {
                    cancellation.ThrowIfCancellationRequested();
                    last = anchored;
                    try
                    {
                        if (block?.Number != anchored.BlockNumber)
                        {
                            receipts.Clear();
                            block = await BlockAsync(anchored.BlockNumber, head);
                        }

                        if (block is not null && block.Hash == anchored.BlockHash)
                        {
                            continue;
                        }

                        var anchor = await FindAsync(chain, anchored, receipts);
                        if (anchor is null && !countsLosses)
                        {
                            return new ComparedAnchors(IsStopped: true, 0, 0, null);
                        }

                        moved += anchor is not null && await MoveAsync(anchored, anchor, cancellation) ? 1 : 0;
                        lost += anchor is null && await ReopenAsync(anchored, cancellation) ? 1 : 0;
                    }
                    catch (Exception exception) when (AnchorOutcomes.IsOfOneCycle(exception))
                    {
                        failure ??= exception;
                    }
                }
            }
            while (page.Count == PageSize);

            if (!followLosses || lost == lostBefore || from == 0)
            {
                return new ComparedAnchors(false, lost, moved, failure);
            }

            from = Math.Max(0, from - options.Value.ReorgDepth);
        }
    }

    private async Task<ChainHead?> BlockAsync(long number, ChainHead head)
    {
        var block = await node.BlockAsync(number);
        // One of the nodes behind an address may not have the newest blocks yet.
        return block is not null || number > head.Number ? block : throw new NodeAnswerException(
            $"The node has no block {number}, although its newest block is {head.Number}.");
    }

    /// <summary>Where the chain has the anchor now; null if it is lost.</summary>
    private async Task<Anchor?> FindAsync(
        LedgerChain chain, AnchoredCycle anchored, Dictionary<string, TransactionReceipt?> receipts)
    {
        if (chain.Find(anchored.ContractId) is not { } contract)
        {
            return null;
        }

        if (!receipts.TryGetValue(anchored.TransactionHash, out var receipt))
        {
            receipts[anchored.TransactionHash] = receipt = await node.ReceiptAsync(anchored.TransactionHash);
        }

        return receipt is null ? null : contract.Read(receipt, anchored.Cycle);
    }

    /// <summary>Stores where the anchor is. Returns whether that is another block than before.</summary>
    private async Task<bool> MoveAsync(AnchoredCycle anchored, Anchor anchor, CancellationToken cancellation)
    {
        if (anchor.BlockHash == anchored.BlockHash)
        {
            return false;
        }

        await outbox.MoveAsync(anchored, anchor, cancellation);
        return anchored.BlockHash is not null;
    }

    private Task<bool> ReopenAsync(AnchoredCycle anchored, CancellationToken cancellation) => outbox.ReopenAsync(
        anchored,
        $"A reorganisation of the chain removed the anchor from block {anchored.BlockNumber}. The cycle is anchored again.",
        cancellation);
}

using Choir.ServiceDefaults.Ethereum;
using Choir.Storage;
using Microsoft.Extensions.Options;

namespace Choir.ActorHost.Ledger;

/// <summary>
/// Checks that the chain still has its confirmed anchors. A public chain may replace its newest blocks, and a killed
/// development chain continues from its last stored state: lost anchors are submitted again.
/// </summary>
/// <remarks>
/// The hash of a block stands for all blocks before it. So while the newest block of the last review is on the chain, only
/// anchors after it are checked; otherwise all in the newest <c>Chain:ReorgDepth</c> blocks of the chain as it was before it grew
/// further, and below them as long as some are lost.
/// </remarks>
internal sealed class LedgerReview(
    AnchorComparison comparison, LedgerOutbox outbox, ChainNode node, IOptions<ChainOptions> options, TimeProvider time,
    ILogger<LedgerReview> logger)
{
    // Nodes behind one address may have different newest blocks: a loss counts if this many reviews in a row find one.
    private const int LooksAtLosses = 5;

    private ChainHead? _reviewed;
    private int _looks;

    // The lowest newest block of these reviews. The chain may grow far beyond the lost blocks meanwhile.
    private long _lowestHead = long.MaxValue;

    // When the last review was, and how long the next one waits.
    private long _lookedAt;
    private TimeSpan _wait;

    // Whether the last review could not compare some anchor.
    private bool _isIncomplete;

    /// <summary>Whether a review was requested, or the last one is long ago.</summary>
    public bool IsDue => time.GetElapsedTime(_lookedAt) >= _wait;

    /// <summary>Requests a review in the next round.</summary>
    public void Request() => _wait = TimeSpan.Zero;

    /// <summary>Checks the anchors if a review is due.</summary>
    public async Task RunAsync(LedgerChain chain, CancellationToken cancellation)
    {
        if (!IsDue)
        {
            return;
        }

        var head = await node.HeadAsync();
        _lowestHead = Math.Min(_lowestHead, head.Number);
        var newest = await outbox.ListConfirmedAsync(chain.StoredIds, 0, null, 1, cancellation);
        var expected = Math.Max(_reviewed?.Number ?? 0, newest.Count > 0 ? newest[0].BlockNumber : 0);
        if (head.Number < expected && await node.IsSyncingAsync())
        {
            throw new NodeAnswerException(
                $"The node is still synchronising: its newest block is {head.Number}, and block {expected} has an anchor. Anchoring waits for it.");
        }

        (_lookedAt, _wait) = (time.GetTimestamp(), options.Value.PollInterval);
        var block = _reviewed is null ? null : await node.BlockAsync(_reviewed.Number);
        if (block is null && _reviewed?.Number <= head.Number)
        {
            // The two answers are from different nodes, which says nothing about the chain.
            _looks = 0;
            return;
        }

        var isSame = _reviewed is not null && block?.Hash == _reviewed.Hash;
        var isReorganised = _reviewed is not null && !isSame;
        var countsLosses = _looks + 1 >= LooksAtLosses;
        if ((isReorganised || head.Number < expected) && !countsLosses)
        {
            _looks++;
            return;
        }

        var isContinued = isSame && !_isIncomplete;
        var from = isContinued
            ? _reviewed!.Number + 1
            : Math.Max(0, Math.Min(_lowestHead, _reviewed?.Number ?? long.MaxValue) - options.Value.ReorgDepth + 1);
        var result = await comparison.RunAsync(chain, head, from, followLosses: !isContinued, countsLosses, cancellation);
        if (result.IsStopped)
        {
            _looks++;
            return;
        }

        if (isReorganised || result.Lost + result.Moved > 0)
        {
            node.Metrics.Reorganised();
            logger.ChainReorganised(result.Lost, result.Moved);
        }

        if (result.Failure is not null && !_isIncomplete)
        {
            logger.ReviewIncomplete(Refusals.Describe(result.Failure));
        }

        (_reviewed, _looks, _lowestHead, _isIncomplete) = (head, 0, long.MaxValue, result.Failure is not null);
        (_lookedAt, _wait) = (time.GetTimestamp(), options.Value.ReviewInterval);
    }
}

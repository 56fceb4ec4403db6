using Choir.Storage;

namespace Choir.ActorHost.Ledger;

/// <summary>
/// Checks that the chain still has its confirmed anchors. A killed development chain continues from its last stored state,
/// and a public chain may drop its newest blocks: lost anchors are submitted again. The anchors of an earlier chain are not
/// checked.
/// </summary>
internal sealed class LedgerReview(LedgerOutbox outbox, ILogger<LedgerReview> logger)
{
    private const int PageSize = 20;

    /// <summary>Whether the review has completed since the last failure.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Requests a review in the next round.</summary>
    public void Request() => IsDone = false;

    /// <summary>Checks anchors from the newest on, a page at a time, until a page has no lost anchor.</summary>
    public async Task RunAsync(LedgerContract contract, CancellationToken cancellation)
    {
        if (IsDone)
        {
            return;
        }

        int lost, kept = 0, reopened = 0;
        do
        {
            lost = 0;
            var page = await outbox.ListConfirmedAsync(contract.Stored.Id, kept, PageSize, cancellation);
            foreach (var cycle in page)
            {
                if (await contract.IsRecordedAsync(cycle))
                {
                    kept++;
                    continue;
                }

                lost++;
                await outbox.ReleaseAsync(
                    cycle, "The chain returned to an older state and lost the anchor.", TimeSpan.Zero, cancellation);
            }

            reopened += lost;
        }
        while (lost > 0);

        if (reopened > 0)
        {
            logger.AnchorsLost(reopened);
        }

        IsDone = true;
    }
}

using Choir.Storage;

namespace Choir.ActorHost.Ledger;

/// <summary>
/// Makes sure that the chain still has what it had confirmed. A development chain that was killed goes on from its last
/// stored state, and a public one may drop its newest blocks: such anchors are made again. The anchors of a chain that was
/// begun anew stay as they are; it never had them.
/// </summary>
internal sealed class LedgerReview(LedgerOutbox outbox, ILogger<LedgerReview> logger)
{
    private const int PageSize = 20;

    /// <summary>Whether nothing happened since the last review that would call for another.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Asks for a review in the next round.</summary>
    public void Repeat() => IsDone = false;

    /// <summary>Goes back from the newest anchor until a whole page of them is there.</summary>
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
                    cycle, "The chain lost it and goes on from an older state.", TimeSpan.Zero, cancellation);
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

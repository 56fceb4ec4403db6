using Choir.ServiceDefaults.Ethereum;
using Choir.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Choir.ActorHost.Ledger;

/// <summary>
/// Moves cycles from the outbox to the chain, in rounds. A round may be interrupted anywhere, and two hosts may run a round
/// at the same time: a transaction is stored before it is sent, so that a retry sends the same one, and the contract rejects
/// or leaves out a hash that it has recorded, so that no cycle is recorded twice.
/// </summary>
internal sealed class LedgerPump(
    LedgerOutbox outbox, LedgerContracts contracts, LedgerReview review, LedgerSettlement settlement,
    LedgerSubmission submission, PumpBackoff backoff, RefusedStatements refused, IOptions<ChainOptions> options, TimeProvider time,
    ILogger<LedgerPump> logger)
{
    // Cycles that complete meanwhile are recorded together, by the next transaction: a fifth of a second by default.
    private const int PausesInPollInterval = 5;

    // A single failed round passes by itself most of the time.
    private const int FailuresUntilStuck = 3;

    // Whether marks of this host's or of an earlier host's failed rounds are removed.
    private bool _isClear;

    /// <summary>
    /// One round: checks the transactions that were sent, then sends the cycles that are due. Does nothing while it backs
    /// off after a failure. Does not throw: a failure is logged when it differs from the one before, and stored on the cycles
    /// that wait.
    /// </summary>
    public async Task RunRoundAsync(CancellationToken cancellation)
    {
        if (backoff.IsActive)
        {
            return;
        }

        try
        {
            if (!review.IsDue && !await outbox.HasWorkAsync(cancellation))
            {
                return;
            }

            // Repeated while there is progress: a development chain mines a transaction at once. With steady progress a round
            // does not end, so everything is in the loop.
            int moved;
            do
            {
                var chain = await contracts.AttachAsync(cancellation);
                await review.RunAsync(chain, cancellation);
                moved = await settlement.RunAsync(chain, cancellation);
                moved += await submission.RunAsync(chain, cancellation);
                await SucceededAsync(cancellation);
                if (moved > 0 && chain.Current.RecordsMany && options.Value.MaxCyclesPerTransaction > 1)
                {
                    await Task.Delay(options.Value.PollInterval / PausesInPollInterval, time, cancellation);
                }
            }
            while (moved > 0);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
        }
        catch (Exception exception)
        {
            // The node may return with another chain, or with an older state of this one.
            review.Request();
            await FailedAsync(exception, backoff.Start(exception), cancellation);
        }
    }

    private async Task SucceededAsync(CancellationToken cancellation)
    {
        if (!_isClear)
        {
            await outbox.ClearPendingAsync(cancellation);
            _isClear = true;
        }

        if (backoff.Reset())
        {
            logger.LedgerResumed();
        }
    }

    private async Task FailedAsync(Exception exception, bool isNew, CancellationToken cancellation)
    {
        if (ChainNode.IsUnreachable(exception))
        {
            if (isNew)
            {
                logger.NodeUnreachable(NodeAnswerException.ReasonOf(exception));
            }

            return;
        }

        if (isNew && exception is LedgerProblemException problem)
        {
            logger.LedgerStuck(problem.Problem, problem.Message);
        }
        else if (isNew)
        {
            logger.LedgerFailed(exception);
        }

        var known = exception as LedgerProblemException;
        var fault = known is null ? DatabaseFault.Of(exception) : null;
        if (fault is not null)
        {
            refused.OnFault(fault);
        }

        if (known is null && (fault is { IsOfData: false } || backoff.Failures < FailuresUntilStuck))
        {
            return;
        }

        try
        {
            _isClear = false;
            await outbox.MarkPendingAsync(
                known?.Message ?? Refusals.Describe(exception), known?.Problem ?? AnchorProblem.Refused, cancellation);
        }
        catch (Exception unstored) when (unstored is NpgsqlException or OperationCanceledException)
        {
            // The next round stores it.
        }
    }
}

using Choir.ActorHost.PostChain;
using Choir.Storage;
using Nethereum.JsonRpc.Client;
using Npgsql;

namespace Choir.ActorHost.Ledger;

/// <summary>Stores, measures and logs what happened to a cycle.</summary>
internal sealed class AnchorOutcomes(
    LedgerOutbox outbox, ChainNode node, PumpBackoff backoff, PostChainMetrics cycles, ILogger<AnchorOutcomes> logger)
{
    // A single failure passes by itself most of the time.
    private const int FailuresUntilStuck = 3;

    private readonly LedgerMetrics _metrics = node.Metrics;

    /// <summary>
    /// Whether a failure is that of one cycle, so that the others go on: not if node or database cannot be used, because then the
    /// others would fail too.
    /// </summary>
    public static bool IsOfOneCycle(Exception exception) =>
        exception is not OperationCanceledException
        && DatabaseFault.Of(exception) is null or { IsOfData: true }
        && !ChainNode.IsUnreachable(exception);

    /// <summary>Stores that the cycle is on the chain.</summary>
    public async Task ConfirmedAsync(
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

    /// <summary>Stores that the cycle is never tried again.</summary>
    public async Task FailedAsync(PendingCycle cycle, string reason, CancellationToken cancellation)
    {
        using var span = LedgerTracing.Start("fail_transaction", cycle);
        span.SetFailed(reason);
        if (await outbox.FailAsync(cycle, reason, cancellation) is { } times)
        {
            Measure(times, ok: false);
            logger.AnchorFailed(cycle.CycleId, reason);
        }
    }

    /// <summary>Gives up the cycle's transaction: it is signed again later.</summary>
    public async Task ReleasedAsync(
        SubmittedCycle entry, string reason, CancellationToken cancellation, string outcome = "unknown", string? problem = null)
    {
        var elapsed = await outbox.ReleaseAsync(
            entry, reason, StuckReason(entry.Cycle, problem), backoff.DelayAfter(entry.Cycle.Attempts), cancellation);
        _metrics.TransactionEnded(LedgerMetrics.Record, outcome, elapsed);
    }

    /// <summary>Gives up the cycle's transaction because the node refused it.</summary>
    public Task RefusedAsync(SubmittedCycle entry, RpcResponseException exception, CancellationToken cancellation)
    {
        var problem = exception.ToProblem(node);
        Report(entry.Cycle, problem.Message);
        return ReleasedAsync(entry, problem.Message, cancellation, "rejected", problem.Problem);
    }

    /// <summary>Stores why an attempt failed. The cycle keeps its status and its transaction, and is tried again later.</summary>
    public Task TroubledAsync(PendingCycle cycle, Exception exception, CancellationToken cancellation)
    {
        var problem = exception switch
        {
            LedgerProblemException known => known,
            RpcResponseException refused when Refusals.Of(refused) != Refusal.Other => refused.ToProblem(node),
            _ => new LedgerProblemException(AnchorProblem.Refused, Refusals.Describe(exception)),
        };
        Report(cycle, problem.Message);
        return outbox.NoteAsync(
            cycle, problem.Message, StuckReason(cycle, problem.Problem), backoff.DelayAfter(cycle.Attempts), cancellation);
    }

    private static string? StuckReason(PendingCycle cycle, string? problem) =>
        problem is AnchorProblem.NoFunds or AnchorProblem.FeeLimit || cycle.Attempts + 1 >= FailuresUntilStuck ? problem : null;

    // For the first attempt only: the later ones fail for the same reason most of the time.
    private void Report(PendingCycle cycle, string reason)
    {
        if (cycle.Attempts == 0)
        {
            logger.TransactionRejected(cycle.CycleId, reason);
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

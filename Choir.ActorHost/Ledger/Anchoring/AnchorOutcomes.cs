using Choir.ActorHost.PostChain;
using Choir.Storage;
using Nethereum.JsonRpc.Client;
using Npgsql;

namespace Choir.ActorHost.Ledger;

/// <summary>Stores, measures and logs what happened to cycles.</summary>
internal sealed class AnchorOutcomes(
    LedgerOutbox outbox, ChainNode node, PumpBackoff backoff, PostChainMetrics postChain, ILogger<AnchorOutcomes> logger)
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

    /// <summary>Stores that cycles are on the chain, all by one transaction. Returns how many of them it could not store.</summary>
    public async Task<int> ConfirmedAsync(
        IReadOnlyList<RecordedCycle> recorded, LedgerContract contract, CancellationToken cancellation)
    {
        try
        {
            await ConfirmAsync(recorded, contract, cancellation);
            return 0;
        }
        catch (Exception exception) when (recorded.Count > 1 && IsOfOneCycle(exception))
        {
            return await ConfirmEachAsync(recorded, contract, cancellation);
        }
    }

    /// <summary>Stores that the cycle is never tried again.</summary>
    public async Task FailedAsync(PendingCycle cycle, string reason, CancellationToken cancellation)
    {
        using var span = LedgerTracing.Start("fail_transaction", [cycle]);
        span?.SetFailed(reason);
        if (await outbox.FailAsync(cycle, reason, cancellation) is { } times)
        {
            Measure([times], ok: false);
            logger.AnchorFailed(cycle.CycleId, reason);
        }
    }

    /// <summary>Gives up the transaction of cycles: they are signed again later.</summary>
    public async Task ReleasedAsync(
        SubmittedTransaction entry, IReadOnlyList<PendingCycle> cycles, string reason, CancellationToken cancellation,
        string outcome = "unknown", string? problem = null)
    {
        var attempts = AttemptsOf(cycles);
        var elapsed = await outbox.ReleaseAsync(
            cycles, entry.Transaction, reason, StuckReason(attempts, problem), backoff.DelayAfter(attempts), cancellation);
        _metrics.TransactionEnded(LedgerMetrics.Record, outcome, elapsed);
    }

    /// <summary>Gives up a transaction because the node refused it.</summary>
    public Task RefusedAsync(SubmittedTransaction entry, RpcResponseException exception, CancellationToken cancellation)
    {
        var problem = exception.ToProblem(node);
        Report(entry.Cycles, problem.Message);
        return ReleasedAsync(entry, entry.Cycles, problem.Message, cancellation, "rejected", problem.Problem);
    }

    /// <summary>Stores why an attempt failed. The cycles keep their status and their transaction, and are tried again later.</summary>
    public async Task TroubledAsync(
        IReadOnlyList<PendingCycle> cycles, Exception exception, CancellationToken cancellation)
    {
        var problem = exception switch
        {
            LedgerProblemException known => known,
            RpcResponseException refused when Refusals.Of(refused) != Refusal.Other => refused.ToProblem(node),
            _ => new LedgerProblemException(AnchorProblem.Refused, Refusals.Describe(exception)),
        };
        Report(cycles, problem.Message);
        var attempts = AttemptsOf(cycles);
        await outbox.NoteAsync(
            cycles, problem.Message, StuckReason(attempts, problem.Problem), backoff.DelayAfter(attempts), cancellation);
    }

    private static string? StuckReason(int attempts, string? problem) =>
        problem is AnchorProblem.NoFunds or AnchorProblem.FeeLimit || attempts + 1 >= FailuresUntilStuck ? problem : null;

    // Cycles that wait for one transaction have failed equally often most of the time.
    private static int AttemptsOf(IReadOnlyList<PendingCycle> cycles) => cycles.Max(cycle => cycle.Attempts);

    private async Task ConfirmAsync(
        IReadOnlyList<RecordedCycle> recorded, LedgerContract contract, CancellationToken cancellation)
    {
        var anchors = recorded.ToDictionary(one => one.Cycle.CycleId, one => one.Anchor);
        using var span = LedgerTracing.Start("confirm_transaction", [.. recorded.Select(one => one.Cycle)]);
        span?.SetTag("blockchain.transaction.hash", recorded[0].Anchor.TransactionHash);
        span?.SetTag("blockchain.block.number", recorded[0].Anchor.BlockNumber);
        // Without those that another host stored first. That host measures and logs them.
        var stored = await outbox.ConfirmAsync(recorded, contract.Stored, cancellation);
        foreach (var (anchor, times) in stored.Select(times => (anchors[times.CycleId], times)))
        {
            _metrics.GasUsed(LedgerMetrics.Record, anchor.GasUsed);
            logger.CycleAnchored(times.CycleId, anchor.TransactionHash, anchor.BlockNumber);
        }

        Measure(stored, ok: true);
    }

    /// <summary>One of the cycles cannot be stored, such as one whose thread is being removed: it must not hold up the others.</summary>
    private async Task<int> ConfirmEachAsync(
        IReadOnlyList<RecordedCycle> recorded, LedgerContract contract, CancellationToken cancellation)
    {
        var failed = 0;
        foreach (var one in recorded)
        {
            try
            {
                await ConfirmAsync([one], contract, cancellation);
            }
            catch (Exception exception) when (IsOfOneCycle(exception))
            {
                failed++;
                await TroubledAsync([one.Cycle], exception, cancellation);
            }
        }

        return failed;
    }

    // For the first attempt only: the later ones fail for the same reason most of the time.
    private void Report(IReadOnlyList<PendingCycle> cycles, string reason)
    {
        foreach (var cycle in cycles.Where(cycle => cycle.Attempts == 0))
        {
            logger.TransactionRejected(cycle.CycleId, reason);
        }
    }

    // One transaction, and the time of each cycle.
    private void Measure(IReadOnlyList<OutboxTimes> times, bool ok)
    {
        if (times.Count == 0)
        {
            return;
        }

        _metrics.TransactionEnded(LedgerMetrics.Record, ok ? "ok" : "error", times.Max(time => time.SinceSubmission));
        foreach (var accepted in times.Select(time => time.SinceAcceptance).OfType<TimeSpan>())
        {
            postChain.Anchored(accepted, ok);
        }
    }
}

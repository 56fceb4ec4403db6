using Choir.ActorHost.Ledger;
using Choir.Actors;
using Choir.Contracts.Threads;
using Choir.Storage;

namespace Choir.ActorHost.PostChain;

/// <content>
/// Takes up cycles that stopped: because a host died, Postgres was away, or a phase failed. A timer looks after the cycles
/// while the thread is in memory; a reminder brings it back to memory after its host has died.
/// </content>
internal sealed partial class ThreadActor
{
    private const string Reminder = "cycles";

    private static readonly TimeSpan TimerPeriod = TimeSpan.FromSeconds(1);

    private readonly Dictionary<Guid, WatchedCycle> _watched = [];
    private IDisposable? _timer;
    private bool _hasReminder;

    /// <summary>How long a step may take before it counts as lost.</summary>
    private TimeSpan Patience =>
        _options.StallAfter + (model.Value.Endpoint is null ? TimeSpan.Zero : model.Value.Timeout);

    /// <inheritdoc/>
    protected override async Task OnStart(CancellationToken cancellationToken)
    {
        _watched.Clear();
        foreach (var cycle in await threads.RunningCyclesAsync(Id, cancellationToken))
        {
            Watch(cycle.CycleId, cycle.CorrelationId, cycle.TraceParent, cycle.AcceptedAt);
        }
    }

    /// <inheritdoc/>
    protected override Task OnStop(CancellationToken cancellationToken)
    {
        _timer?.Dispose();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override async Task OnReminder(string name, CancellationToken cancellationToken)
    {
        _hasReminder = true;
        if (_watched.Count > 0)
        {
            await ResumeStoppedAsync(cancellationToken);
        }
        else if (await SubmitAnchorsAgainAsync(cancellationToken))
        {
            await ClearReminder(Reminder);
            _hasReminder = false;
        }
    }

    /// <summary>
    /// A host may have died between storing a result and telling the ledger. Before the thread lets its reminder go, it
    /// has the ledger confirm that it knows every cycle that is not on its way to the chain.
    /// </summary>
    private async Task<bool> SubmitAnchorsAgainAsync(CancellationToken cancellationToken)
    {
        string? before = null;
        do
        {
            var page = await threads.GetThreadAsync(Id, before, ThreadStore.MaxPage, cancellationToken);
            var pending = page?.Cycles.Where(cycle => cycle.Anchor == AnchorStatus.Pending).ToList() ?? [];
            foreach (var cycle in pending)
            {
                var view = await threads.GetCycleAsync(Id, cycle.CycleId, cancellationToken);
                var origin = await threads.OriginOfAsync(Guid.Parse(cycle.CycleId), cancellationToken);
                if (view?.Anchor?.CycleHash is not { } hash || origin is not var (correlationId, traceParent))
                {
                    continue;
                }

                var reply = await ResumeAsk(
                    LedgerActor.Main,
                    SubmitToLedger,
                    new SubmitTransaction(Id, cycle.CycleId, hash),
                    correlationId,
                    TraceContext.Parse(traceParent),
                    cancellationToken);
                if (reply.IsError)
                {
                    return false;
                }
            }

            before = pending.Count > 0 ? page!.Next : null;
        }
        while (before is not null);
        return true;
    }

    private async Task WatchOverCyclesAsync()
    {
        if (_hasReminder)
        {
            return;
        }

        await SetReminder(Reminder, _options.ReminderPeriod, _options.ReminderPeriod);
        _hasReminder = true;
    }

    private void Watch(Guid cycleId, Guid correlationId, string? traceParent, DateTimeOffset? since = null)
    {
        _watched[cycleId] = new WatchedCycle(correlationId, TraceContext.Parse(traceParent))
        {
            DueAt = (since ?? Time.GetUtcNow()) + Patience,
        };
        _timer ??= SetTimer(ResumeStoppedAsync, TimerPeriod, TimerPeriod);
    }

    private void NoteFailure(Guid cycleId, string reason)
    {
        if (!_watched.TryGetValue(cycleId, out var cycle))
        {
            return;
        }

        cycle.Reason = reason;
        cycle.HasFailed = true;
        cycle.DueAt = Time.GetUtcNow() + TimeSpan.FromSeconds(Math.Min(30, 1 << Math.Min(5, Trouble(cycleId)?.Attempts ?? 0)));
    }

    private async Task ResumeStoppedAsync(CancellationToken cancellationToken)
    {
        var now = Time.GetUtcNow();
        foreach (var (cycleId, cycle) in _watched.Where(cycle => cycle.Value.DueAt <= now).ToList())
        {
            await ResumeIfStoppedAsync(cycleId, cycle, cancellationToken);
        }

        if (_watched.Count == 0)
        {
            _timer?.Dispose();
            _timer = null;
        }
    }

    private async Task ResumeIfStoppedAsync(Guid cycleId, WatchedCycle cycle, CancellationToken cancellationToken)
    {
        // Read first: while the store is away nothing is counted against the cycle.
        var phases = await threads.GetPhasesAsync(cycleId, cancellationToken);
        var last = phases.Count == 0 ? null : phases[^1];
        var now = Time.GetUtcNow();
        var progressAt = last is null ? DateTimeOffset.MinValue : last.StartedAt.AddMilliseconds(last.DurationMs);
        if (!cycle.HasFailed && progressAt + Patience > now)
        {
            cycle.DueAt = progressAt + Patience;
            return;
        }

        var view = await threads.GetCycleAsync(Id, ThreadIds.Format(cycleId), cancellationToken);
        if (view is not { Status: CycleStatus.Running })
        {
            await ForgetAsync(cycleId);
            return;
        }

        var outcome = last is { Phase: Phase.Yield } ? YieldOutcome.Of(last) : null;
        if (outcome?.Result is { } result)
        {
            if (await StoreAsync(new CycleComplete(view.CycleId, result, outcome.Learned), cancellationToken) is { } submission)
            {
                Resume(LedgerActor.Main, SubmitToLedger, submission, cycle.CorrelationId, cycle.Trace);
            }

            return;
        }

        var next = last is null or { Phase: Phase.Yield } ? Phase.Action : last.Phase + 1;
        var payload = PhasePayloads.Begin(view.CycleId, view.Content, _options.MaxCycles).After(phases);
        if (outcome is not null)
        {
            payload = payload.NextRound();
        }

        if (await CountAttemptAsync(cycleId, $"{payload.RecursionState.CycleCount}/{next}") > _options.MaxAttempts)
        {
            await GiveUpAsync(cycleId, next, cycle.Reason, cancellationToken);
            return;
        }

        cycle.HasFailed = false;
        cycle.DueAt = now + Patience;
        logger.CycleResumed(view.CycleId, next, cycle.Reason ?? "it made no progress");
        var (actor, type) = PostChainMessages.Step(next);
        Resume(new ActorAddress(actor, Id), type, payload, cycle.CorrelationId, cycle.Trace);
    }

    private async Task<int> CountAttemptAsync(Guid cycleId, string step)
    {
        var before = Trouble(cycleId) is { } trouble && trouble.Step == step ? trouble.Attempts : 0;
        var troubled = Troubles();
        troubled[ThreadIds.Format(cycleId)] = new CycleTrouble(step, before + 1);
        await UpdateState(State with { Troubled = troubled });
        return before + 1;
    }

    private async Task GiveUpAsync(Guid cycleId, Phase phase, string? reason, CancellationToken cancellationToken)
    {
        var error = $"The {phase} phase was tried {_options.MaxAttempts + 1} times without success"
            + (reason is null ? "; it gave no answer." : $". The last time: {reason}");
        if (await threads.FailCycleAsync(cycleId, error, cancellationToken) is { } took)
        {
            metrics.Yielded(took, ok: false);
        }

        logger.CycleFailed(ThreadIds.Format(cycleId), error);
        await ForgetAsync(cycleId);
    }

    private async Task ForgetAsync(Guid cycleId)
    {
        _watched.Remove(cycleId);
        var troubled = Troubles();
        if (troubled.Remove(ThreadIds.Format(cycleId)))
        {
            await UpdateState(State with { Troubled = troubled.Count == 0 ? null : troubled });
        }
    }

    private CycleTrouble? Trouble(Guid cycleId) => State.Troubled?.GetValueOrDefault(ThreadIds.Format(cycleId));

    private Dictionary<string, CycleTrouble> Troubles() => new(State.Troubled ?? new Dictionary<string, CycleTrouble>());

    /// <summary>A cycle that runs, as the thread's actor sees it.</summary>
    private sealed class WatchedCycle(Guid correlationId, TraceContext trace)
    {
        public Guid CorrelationId { get; } = correlationId;

        public TraceContext Trace { get; } = trace;

        /// <summary>When to look whether it has stopped.</summary>
        public DateTimeOffset DueAt { get; set; }

        /// <summary>Whether its current step has failed, so that there is nothing to wait for.</summary>
        public bool HasFailed { get; set; }

        /// <summary>Why its last step failed, for a person.</summary>
        public string? Reason { get; set; }
    }
}

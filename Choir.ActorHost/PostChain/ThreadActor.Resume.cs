using Choir.ActorHost.Ledger;
using Choir.Actors;
using Choir.Contracts.Threads;
using Choir.Storage;

namespace Choir.ActorHost.PostChain;

/// <content>
/// Resumes stalled cycles: after a host died, Postgres was unreachable, or a phase failed. A timer checks the cycles while the
/// thread is activated; a reminder activates it again after its host died.
/// </content>
internal sealed partial class ThreadActor
{
    private const string Reminder = "cycles";

    private static readonly TimeSpan TimerPeriod = TimeSpan.FromSeconds(1);

    private readonly Dictionary<Guid, TrackedCycle> _tracked = [];
    private IDisposable? _timer;
    private bool _hasReminder;

    /// <summary>The time after which a phase without a result counts as lost.</summary>
    private TimeSpan StepTimeout =>
        _options.StallAfter + (model.Value.Endpoint is null ? TimeSpan.Zero : model.Value.Timeout);

    /// <inheritdoc/>
    protected override async Task OnStart(CancellationToken cancellationToken)
    {
        _tracked.Clear();
        foreach (var cycle in await threads.RunningCyclesAsync(Id, cancellationToken))
        {
            Track(cycle.CycleId, cycle.CorrelationId, cycle.TraceParent, cycle.AcceptedAt);
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
        if (_tracked.Count > 0)
        {
            await ResumeDueAsync(cancellationToken);
        }
        else if (await ResubmitAnchorsAsync(cancellationToken))
        {
            await ClearReminder(Reminder);
            _hasReminder = false;
        }
    }

    /// <summary>
    /// A host may have died between storing a result and submitting it to the ledger. Before the thread removes its reminder,
    /// it submits every completed cycle again that is not on the chain. Returns whether the ledger accepted all of them.
    /// </summary>
    private async Task<bool> ResubmitAnchorsAsync(CancellationToken cancellationToken)
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

    private async Task EnsureReminderAsync()
    {
        if (_hasReminder)
        {
            return;
        }

        await SetReminder(Reminder, _options.ReminderPeriod, _options.ReminderPeriod);
        _hasReminder = true;
    }

    private void Track(Guid cycleId, Guid correlationId, string? traceParent, DateTimeOffset? since = null)
    {
        _tracked[cycleId] = new TrackedCycle(correlationId, TraceContext.Parse(traceParent))
        {
            DueAt = (since ?? Time.GetUtcNow()) + StepTimeout,
        };
        _timer ??= SetTimer(ResumeDueAsync, TimerPeriod, TimerPeriod);
    }

    private void RecordFailure(Guid cycleId, string reason)
    {
        if (!_tracked.TryGetValue(cycleId, out var cycle))
        {
            return;
        }

        cycle.Reason = reason;
        cycle.HasFailed = true;
        cycle.DueAt = Time.GetUtcNow() + TimeSpan.FromSeconds(Math.Min(30, 1 << Math.Min(5, Trouble(cycleId)?.Attempts ?? 0)));
    }

    private async Task ResumeDueAsync(CancellationToken cancellationToken)
    {
        var now = Time.GetUtcNow();
        foreach (var (cycleId, cycle) in _tracked.Where(cycle => cycle.Value.DueAt <= now).ToList())
        {
            await ResumeIfStalledAsync(cycleId, cycle, cancellationToken);
        }

        if (_tracked.Count == 0)
        {
            _timer?.Dispose();
            _timer = null;
        }
    }

    private async Task ResumeIfStalledAsync(Guid cycleId, TrackedCycle cycle, CancellationToken cancellationToken)
    {
        // Read first: if the database cannot be reached, no attempt is counted.
        var phases = await threads.GetPhasesAsync(cycleId, cancellationToken);
        var last = phases.Count == 0 ? null : phases[^1];
        var now = Time.GetUtcNow();
        var progressAt = last is null ? DateTimeOffset.MinValue : last.StartedAt.AddMilliseconds(last.DurationMs);
        if (!cycle.HasFailed && progressAt + StepTimeout > now)
        {
            cycle.DueAt = progressAt + StepTimeout;
            return;
        }

        var view = await threads.GetCycleAsync(Id, ThreadIds.Format(cycleId), cancellationToken);
        if (view is not { Status: CycleStatus.Running })
        {
            await UntrackAsync(cycleId);
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
            await FailAsync(cycleId, next, cycle.Reason, cancellationToken);
            return;
        }

        cycle.HasFailed = false;
        cycle.DueAt = now + StepTimeout;
        logger.CycleResumed(view.CycleId, next, cycle.Reason ?? "it made no progress");
        var (actor, type) = PostChainMessages.Step(next);
        Resume(new ActorAddress(actor, Id), type, payload, cycle.CorrelationId, cycle.Trace);
    }

    private async Task<int> CountAttemptAsync(Guid cycleId, string step)
    {
        var before = Trouble(cycleId) is { } trouble && trouble.Step == step ? trouble.Attempts : 0;
        var troubled = CopyTroubled();
        troubled[ThreadIds.Format(cycleId)] = new CycleTrouble(step, before + 1);
        await UpdateState(State with { Troubled = troubled });
        return before + 1;
    }

    private async Task FailAsync(Guid cycleId, Phase phase, string? reason, CancellationToken cancellationToken)
    {
        var error = $"The {phase} phase was tried {_options.MaxAttempts + 1} times without success"
            + (reason is null ? " and returned no result." : $". The last time: {reason}");
        if (await threads.FailCycleAsync(cycleId, error, cancellationToken) is { } elapsed)
        {
            metrics.Yielded(elapsed, ok: false);
        }

        logger.CycleFailed(ThreadIds.Format(cycleId), error);
        await UntrackAsync(cycleId);
    }

    private async Task UntrackAsync(Guid cycleId)
    {
        _tracked.Remove(cycleId);
        var troubled = CopyTroubled();
        if (troubled.Remove(ThreadIds.Format(cycleId)))
        {
            await UpdateState(State with { Troubled = troubled.Count == 0 ? null : troubled });
        }
    }

    private CycleTrouble? Trouble(Guid cycleId) => State.Troubled?.GetValueOrDefault(ThreadIds.Format(cycleId));

    private Dictionary<string, CycleTrouble> CopyTroubled() => new(State.Troubled ?? new Dictionary<string, CycleTrouble>());

    /// <summary>A running cycle.</summary>
    private sealed class TrackedCycle(Guid correlationId, TraceContext trace)
    {
        public Guid CorrelationId { get; } = correlationId;

        public TraceContext Trace { get; } = trace;

        /// <summary>When to check whether it has stalled.</summary>
        public DateTimeOffset DueAt { get; set; }

        /// <summary>Whether its current phase has failed, so that it is resumed without waiting for the timeout.</summary>
        public bool HasFailed { get; set; }

        /// <summary>Why its last phase failed, for a person.</summary>
        public string? Reason { get; set; }
    }
}

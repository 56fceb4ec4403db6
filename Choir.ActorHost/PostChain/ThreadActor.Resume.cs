using Choir.ActorHost.Ledger;
using Choir.Actors;
using Choir.Contracts.Threads;
using Choir.Storage;

namespace Choir.ActorHost.PostChain;

/// <content>
/// Starts the cycles that wait, and resumes those that are stuck: after a host died, Postgres was unreachable, or a phase failed.
/// A timer checks the cycles while the thread is activated; a reminder activates it again after its host died.
/// </content>
internal sealed partial class ThreadActor
{
    private const string Reminder = "cycles";

    /// <summary>
    /// How often a phase is sent again that neither returns a result nor fails. Far above <c>PostChain:MaxAttempts</c>, because
    /// the phase may only be slow; limited, because the phase may be what ends its host. A phase that fails because of the
    /// database is sent again without a limit.
    /// </summary>
    private const int MaxStalls = 50;

    private static readonly TimeSpan TimerPeriod = TimeSpan.FromSeconds(1);

    private RunningCycles? _running;
    private IDisposable? _timer;
    private bool _hasReminder;

    /// <summary>The time after which a phase without a result counts as lost.</summary>
    private TimeSpan StepTimeout =>
        _options.StallAfter + (model.Value.Endpoint is null ? TimeSpan.Zero : model.Value.Timeout);

    private RunningCycles Running => _running ??= new RunningCycles(Time, _options.MaxConcurrentCycles, StepTimeout, hostCycles);

    /// <inheritdoc/>
    protected override async Task OnStart(CancellationToken cancellationToken)
    {
        _mayHaveMissed = false;
        Running.Restore(await threads.RunningCyclesAsync(Id, cancellationToken));
        EnsureTimer();
    }

    /// <inheritdoc/>
    protected override Task OnStop(CancellationToken cancellationToken)
    {
        _timer?.Dispose();
        _running?.Clear();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override async Task OnReminder(string name, CancellationToken cancellationToken)
    {
        _hasReminder = true;
        await AddMissedAsync(cancellationToken);
        if (Running.Count > 0 || _mayHaveMissed)
        {
            await CheckCyclesAsync(cancellationToken);
        }
        else if (await ResubmitAnchorsAsync(cancellationToken))
        {
            // Before it is removed: if that fails, it is unknown whether there is one, and the next input sets it again.
            _hasReminder = false;
            await ClearReminder(Reminder);
        }
    }

    /// <summary>
    /// A host may have died between storing a result and submitting it to the ledger. Before the thread removes its reminder,
    /// it submits every completed cycle again that is not in the ledger's outbox. Returns whether the ledger accepted all of them.
    /// </summary>
    /// <remarks>One page at a time, so that inputs do not wait for thousands of cycles: the reminder continues with the next.</remarks>
    private async Task<bool> ResubmitAnchorsAsync(CancellationToken cancellationToken)
    {
        var cycles = await threads.UnsubmittedCyclesAsync(Id, ThreadStore.MaxPage, cancellationToken);
        foreach (var cycle in cycles)
        {
            var reply = await ResumeAsk(
                LedgerActor.Main,
                SubmitToLedger,
                new SubmitTransaction(Id, ThreadIds.Format(cycle.CycleId), cycle.CycleHash),
                cycle.CorrelationId,
                TraceContext.Parse(cycle.TraceParent),
                cancellationToken);
            if (reply.IsError)
            {
                return false;
            }
        }

        return cycles.Count < ThreadStore.MaxPage;
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

    private void EnsureTimer()
    {
        if (Running.Count > 0 || _mayHaveMissed)
        {
            _timer ??= SetTimer(CheckCyclesAsync, TimerPeriod, TimerPeriod);
        }
    }

    private async Task CheckCyclesAsync(CancellationToken cancellationToken)
    {
        if (_mayHaveMissed)
        {
            await AddMissedAsync(cancellationToken);
        }

        if (Running.HasSuspects)
        {
            // If the database cannot be reached, this throws and no attempt is counted.
            Running.Progressed(await threads.CountPhasesAsync(Running.InPhases, cancellationToken));
            foreach (var cycle in Running.TakeLost())
            {
                await ResumeAsync(cycle, cancellationToken);
            }
        }

        await StartWaitingAsync(cancellationToken);
        if (Running.Count == 0 && !_mayHaveMissed)
        {
            _timer?.Dispose();
            _timer = null;
        }
    }

    /// <summary>Starts cycles that wait, as far as there is capacity.</summary>
    private async Task StartWaitingAsync(CancellationToken cancellationToken)
    {
        while (Running.Next is { } cycle)
        {
            if (await RunningViewAsync(cycle, cancellationToken) is { } view)
            {
                Running.Started(cycle);
                SendAgain(cycle, Phase.Action, PhasePayloads.Begin(view.CycleId, view.Content, _options.MaxCycles));
            }
        }
    }

    /// <summary>The cycle's view; null, and the cycle is forgotten, if it has ended.</summary>
    private async Task<CycleView?> RunningViewAsync(RunningCycleEntry cycle, CancellationToken cancellationToken)
    {
        var view = await threads.GetCycleAsync(Id, ThreadIds.Format(cycle.Id), cancellationToken);
        if (view is { Status: CycleStatus.Running })
        {
            return view;
        }

        await UntrackAsync(cycle.Id);
        return null;
    }

    private void SendAgain(RunningCycleEntry cycle, Phase phase, PhasePayload payload)
    {
        var (actor, type) = PostChainMessages.Step(phase);
        Resume(new ActorAddress(actor, Id), type, payload, cycle.CorrelationId, cycle.Trace);
    }

    private async Task ResumeAsync(RunningCycleEntry cycle, CancellationToken cancellationToken)
    {
        if (await RunningViewAsync(cycle, cancellationToken) is not { } view)
        {
            return;
        }

        var phases = await threads.GetPhasesAsync(cycle.Id, cancellationToken);
        var last = phases.Count == 0 ? null : phases[^1];
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

        if (cycle is { HasFailed: true, IsTransient: true })
        {
            Running.Resent(cycle, 0);
            SendAgain(cycle, next, payload);
            return;
        }

        var attempts = await CountAttemptAsync(cycle, $"{payload.RecursionState.CycleCount}/{next}");
        if (attempts.Attempts > _options.MaxAttempts || attempts.Stalls > MaxStalls)
        {
            await FailAsync(cycle, next, attempts, cancellationToken);
            return;
        }

        logger.CycleResumed(view.CycleId, next, cycle.HasFailed ? cycle.Reason! : "its message is lost");
        Running.Resent(cycle, attempts.Attempts + attempts.Stalls);
        SendAgain(cycle, next, payload);
    }

    private async Task<CycleTrouble> CountAttemptAsync(RunningCycleEntry cycle, string step)
    {
        var before = Trouble(cycle.Id) is { } trouble && trouble.Step == step ? trouble : new CycleTrouble(step, 0);
        var after = cycle.HasFailed
            ? before with { Attempts = before.Attempts + 1 }
            : before with { Stalls = before.Stalls + 1 };
        var troubled = CopyTroubled();
        troubled[ThreadIds.Format(cycle.Id)] = after;
        await UpdateState(State with { Troubled = troubled });
        return after;
    }

    private async Task FailAsync(
        RunningCycleEntry cycle, Phase phase, CycleTrouble trouble, CancellationToken cancellationToken)
    {
        var error = $"The {phase} phase was tried {trouble.Attempts + trouble.Stalls} times without success"
            + (cycle.Reason is null ? " and returned no result." : $". The last time: {cycle.Reason}");
        if (await threads.FailCycleAsync(cycle.Id, error, cancellationToken) is { } elapsed)
        {
            metrics.Yielded(elapsed, ok: false);
        }

        logger.CycleFailed(ThreadIds.Format(cycle.Id), error);
        await UntrackAsync(cycle.Id);
    }

    private async Task UntrackAsync(Guid cycleId)
    {
        Running.Remove(cycleId);
        var troubled = CopyTroubled();
        if (troubled.Remove(ThreadIds.Format(cycleId)))
        {
            await UpdateState(State with { Troubled = troubled.Count == 0 ? null : troubled });
        }
    }

    private CycleTrouble? Trouble(Guid cycleId) => State.Troubled?.GetValueOrDefault(ThreadIds.Format(cycleId));

    private Dictionary<string, CycleTrouble> CopyTroubled() => new(State.Troubled ?? new Dictionary<string, CycleTrouble>());
}

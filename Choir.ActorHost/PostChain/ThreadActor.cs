using System.Text;
using Choir.ActorHost.Ledger;
using Choir.ActorHost.PostChain.Model;
using Choir.ActorHost.PostChain.Model.Text;
using Choir.Actors;
using Choir.Contracts.Threads;
using Choir.Storage;
using Microsoft.Extensions.Options;

namespace Choir.ActorHost.PostChain;

/// <summary>
/// A conversation (its id is the thread's): accepts inputs, starts their cycles, stores their results, and resumes cycles that
/// stall.
/// </summary>
internal sealed partial class ThreadActor(
    ThreadStore threads,
    KnowledgeIndex knowledge,
    IOptions<PostChainOptions> options,
    IOptions<ModelOptions> model,
    PostChainMetrics metrics,
    HostCycles hostCycles,
    ILogger<ThreadActor> logger) : Actor<ThreadState>
{
    private const int MaxIdempotencyKey = 255;
    private const string SubmitToLedger = "SUBMIT_TRANSACTION";

    private readonly PostChainOptions _options = options.Value;

    /// <summary>Creates the thread. Idempotent.</summary>
    [Handles(ThreadMessages.CreateThread)]
    public async Task Create(MessageContext context)
    {
        if (!ThreadIds.TryParse(Id, out _))
        {
            throw new ActorErrorException(
                ErrorCodes.InvalidData, $"'{Id}' is not a thread id. Use a UUID of 36 characters in lower case.");
        }

        await threads.CreateThreadAsync(Id, context.CancellationToken);
        if (State.CreatedAt is null)
        {
            await UpdateState(State with { CreatedAt = Time.GetUtcNow() });
        }
    }

    /// <summary>Stores an input, starts its cycle and replies.</summary>
    /// <remarks>
    /// The message's id becomes the cycle's, so a message that is delivered twice after a host died is one input. The reminder
    /// is set before the input is stored, so every stored input has one.
    /// </remarks>
    [Handles(ThreadMessages.SubmitInput)]
    [Objective("99.9%", "1s", LatencyShare = "99%")]
    public async Task<ActorReply> Submit(SubmitInput input, MessageContext context)
    {
        Check(input);
        if (State.CreatedAt is null && !await threads.ThreadExistsAsync(Id, context.CancellationToken))
        {
            return ActorReply.Of(ThreadMessages.ThreadNotFound);
        }

        await EnsureReminderAsync();
        var message = context.Message;
        var traceParent = message.TraceContext.ToTraceParent();
        var accepted = await AcceptAsync(input, message, traceParent, context.CancellationToken);
        if (accepted is null)
        {
            return ActorReply.Of(ThreadMessages.ThreadNotFound);
        }

        if (accepted.CycleId == ThreadIds.Format(message.Id) && accepted.Status == CycleStatus.Running)
        {
            var cycle = Running.Add(message.Id, message.CorrelationId, TraceContext.Parse(traceParent));
            EnsureTimer();
            if (Running.Next == cycle)
            {
                Running.Started(cycle);
                var (actor, type) = PostChainMessages.Step(Phase.Action);
                Tell(
                    new ActorAddress(actor, Id),
                    type,
                    PhasePayloads.Begin(accepted.CycleId, input.Content, _options.MaxCycles));
            }
        }

        return ActorReply.Of(ActorReply.DefaultType, accepted);
    }

    private async Task<InputAccepted?> AcceptAsync(
        SubmitInput input, ActorMessage message, string? traceParent, CancellationToken cancellationToken)
    {
        try
        {
            return await threads.AcceptInputAsync(Id, input, message.Id, message.CorrelationId, traceParent, cancellationToken);
        }
        catch (IdempotencyKeyReusedException e)
        {
            throw new ActorErrorException(ThreadMessages.IdempotencyKeyReused, e.Message);
        }
        catch
        {
            LookForMissed();
            throw;
        }
    }

    /// <summary>Stores a cycle's result and submits it to the ledger.</summary>
    [Handles(PostChainMessages.CycleComplete)]
    public async Task Complete(CycleComplete message, MessageContext context)
    {
        if (await StoreAsync(message, context.CancellationToken) is { } submission)
        {
            Tell(LedgerActor.Main, SubmitToLedger, submission);
        }

        await StartWaitingAsync(context.CancellationToken);
    }

    /// <summary>Records why a phase failed and when it is tried again.</summary>
    [Handles(PostChainMessages.PhaseFailed)]
    public Task OnPhaseFailed(PhaseFailed message, MessageContext context)
    {
        if (!Guid.TryParse(message.CycleId, out var cycleId))
        {
            throw new ActorErrorException(ErrorCodes.InvalidData, "The cycle id is not a UUID.");
        }

        Running.Failed(cycleId, message.Reason, message.IsTransient);
        return Task.CompletedTask;
    }

    /// <summary>
    /// The cycle is indexed before it is completed, so that later threads find every completed cycle. Each step may be
    /// repeated; the ledger accepts a cycle once.
    /// </summary>
    /// <returns>The message for the ledger; null if the cycle has failed.</returns>
    private async Task<SubmitTransaction?> StoreAsync(CycleComplete message, CancellationToken cancellationToken)
    {
        var cycle = await threads.GetCycleAsync(Id, message.CycleId, cancellationToken);
        if (cycle is null or { Status: CycleStatus.Failed })
        {
            return null;
        }

        var result = cycle.Result ?? message.Result;
        var hash = CycleHash.Of(Id, cycle.CycleId, cycle.Content, result);
        if (cycle.Status == CycleStatus.Running)
        {
            await knowledge.AddAsync(
                Id, Guid.Parse(cycle.CycleId), Questions.Remove(cycle.Content), message.Learned ?? "", cancellationToken);
            if (await threads.CompleteCycleAsync(Guid.Parse(cycle.CycleId), result, hash, cancellationToken) is { } elapsed)
            {
                metrics.Yielded(elapsed, ok: true);
            }
        }

        await UntrackAsync(Guid.Parse(cycle.CycleId));
        return new SubmitTransaction(Id, cycle.CycleId, Convert.ToHexStringLower(hash));
    }

    private void Check(SubmitInput input)
    {
        var problem = string.IsNullOrWhiteSpace(input.Content) ? "The content is empty; it must contain text."
            : input.Content.Contains('\0', StringComparison.Ordinal) ? "The content contains U+0000, which cannot be stored; remove it."
            : Encoding.UTF8.GetByteCount(input.Content) is var bytes && bytes > _options.MaxContentBytes
                ? $"The content has {bytes} bytes of UTF-8; at most {_options.MaxContentBytes} are allowed."
            : input.IdempotencyKey is { Length: 0 or > MaxIdempotencyKey } key
                ? $"The idempotency key has {key.Length} characters; 1 to {MaxIdempotencyKey} are allowed."
            : input.IdempotencyKey?.Contains('\0', StringComparison.Ordinal) == true
                ? "The idempotency key contains U+0000; remove it."
            : null;
        if (problem is not null)
        {
            throw new ActorErrorException(ErrorCodes.InvalidData, problem);
        }

        var full = Running.Count >= _options.MaxRunningCycles ? $"{Running.Count} cycles of this thread are running"
            : hostCycles.Count >= _options.MaxRunningCyclesOfHost ? $"{hostCycles.Count} cycles are running on this host"
            : null;
        if (full is not null)
        {
            throw new ActorErrorException(ErrorCodes.MailboxFull, $"{full}; try again when some have ended.");
        }
    }
}

/// <summary>The stored state of a thread's actor.</summary>
/// <param name="CreatedAt">When the thread was created; null if it was not.</param>
/// <param name="Troubled">The running cycles that were resumed, by cycle id; null for none.</param>
public sealed record ThreadState(
    DateTimeOffset? CreatedAt = null, IReadOnlyDictionary<string, CycleTrouble>? Troubled = null);

/// <summary>How often a cycle was resumed.</summary>
/// <param name="Step">The round and phase at which it stalls, such as <c>0/Experience</c>.</param>
/// <param name="Attempts">How often that phase was tried again after it had failed.</param>
/// <param name="Stalls">How often that phase was sent again because it had neither returned a result nor failed.</param>
public sealed record CycleTrouble(string Step, int Attempts, int Stalls = 0);

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
/// A conversation (its id is the thread's): accepts inputs, starts their cycles, stores their results. What it does about
/// cycles that stop is in the other part.
/// </summary>
internal sealed partial class ThreadActor(
    ThreadStore threads,
    KnowledgeIndex knowledge,
    IOptions<PostChainOptions> options,
    IOptions<ModelOptions> model,
    PostChainMetrics metrics,
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
                ErrorCodes.InvalidData, $"'{Id}' is no thread id: a UUID of 36 characters in lower case is wanted.");
        }

        await threads.CreateThreadAsync(Id, context.CancellationToken);
        if (State.CreatedAt is null)
        {
            await UpdateState(State with { CreatedAt = Time.GetUtcNow() });
        }
    }

    /// <summary>Stores an input, answers, and starts its cycle.</summary>
    /// <remarks>
    /// The message's id is the cycle's: a message that is delivered twice, because a host died with it in hand, is one
    /// input. The reminder is there before the input is, so no stored input can be without one.
    /// </remarks>
    [Handles(ThreadMessages.SubmitInput)]
    public async Task<ActorReply> Submit(SubmitInput input, MessageContext context)
    {
        Check(input);
        if (State.CreatedAt is null && !await threads.ThreadExistsAsync(Id, context.CancellationToken))
        {
            return ActorReply.Of(ThreadMessages.ThreadNotFound);
        }

        await WatchOverCyclesAsync();
        var message = context.Message;
        var traceParent = message.TraceContext.ToTraceParent();
        var accepted = await threads.AcceptInputAsync(
            Id, input, message.Id, message.CorrelationId, traceParent, context.CancellationToken);
        if (accepted is null)
        {
            return ActorReply.Of(ThreadMessages.ThreadNotFound);
        }

        if (accepted.CycleId == ThreadIds.Format(message.Id) && accepted.Status == CycleStatus.Running)
        {
            Watch(message.Id, message.CorrelationId, traceParent);
            var (actor, type) = PostChainMessages.Step(Phase.Action);
            Tell(
                new ActorAddress(actor, Id),
                type,
                PhasePayloads.Begin(accepted.CycleId, input.Content, _options.MaxCycles));
        }

        return ActorReply.Of(ActorReply.DefaultType, accepted);
    }

    /// <summary>Stores a cycle's result and hands it to the ledger.</summary>
    [Handles(PostChainMessages.CycleComplete)]
    public async Task Complete(CycleComplete message, MessageContext context)
    {
        if (await StoreAsync(message, context.CancellationToken) is { } submission)
        {
            Tell(LedgerActor.Main, SubmitToLedger, submission);
        }
    }

    /// <summary>Notes why a step failed, and when it is tried again.</summary>
    [Handles(PostChainMessages.PhaseFailed)]
    public Task OnPhaseFailed(PhaseFailed message, MessageContext context)
    {
        NoteFailure(Guid.Parse(message.CycleId), message.Reason);
        return Task.CompletedTask;
    }

    /// <summary>
    /// Later threads must find what a completed cycle said, so it is indexed first. Each step may be repeated; the ledger
    /// takes a cycle once.
    /// </summary>
    /// <returns>What the ledger is to be told; null if the cycle has failed.</returns>
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
            if (await threads.CompleteCycleAsync(Guid.Parse(cycle.CycleId), result, hash, cancellationToken) is { } took)
            {
                metrics.Yielded(took, ok: true);
            }
        }

        await ForgetAsync(Guid.Parse(cycle.CycleId));
        return new SubmitTransaction(Id, cycle.CycleId, Convert.ToHexStringLower(hash));
    }

    private void Check(SubmitInput input)
    {
        var problem = string.IsNullOrWhiteSpace(input.Content) ? "The content is empty; it must hold text."
            : input.Content.Contains('\0', StringComparison.Ordinal) ? "The content holds U+0000, which cannot be stored; take it out."
            : Encoding.UTF8.GetByteCount(input.Content) is var bytes && bytes > _options.MaxContentBytes
                ? $"The content has {bytes} bytes of UTF-8; at most {_options.MaxContentBytes} are allowed."
            : input.IdempotencyKey is { Length: 0 or > MaxIdempotencyKey } key
                ? $"The idempotency key has {key.Length} characters; 1 to {MaxIdempotencyKey} are allowed."
            : input.IdempotencyKey?.Contains('\0', StringComparison.Ordinal) == true
                ? "The idempotency key holds U+0000; take it out."
            : null;
        if (problem is not null)
        {
            throw new ActorErrorException(ErrorCodes.InvalidData, problem);
        }

        if (_watched.Count >= _options.MaxRunningCycles)
        {
            throw new ActorErrorException(
                ErrorCodes.MailboxFull, $"{_watched.Count} cycles of this thread run already; try again when some have ended.");
        }
    }
}

/// <summary>What a thread's actor stores beside the thread itself.</summary>
/// <param name="CreatedAt">When the thread was created; null before.</param>
/// <param name="Troubled">The cycles that had to be taken up again, by cycle id; null for none.</param>
public sealed record ThreadState(
    DateTimeOffset? CreatedAt = null, IReadOnlyDictionary<string, CycleTrouble>? Troubled = null);

/// <summary>A cycle that stopped and was taken up again.</summary>
/// <param name="Step">The step that it did not get beyond, such as <c>0/Experience</c>.</param>
/// <param name="Attempts">How often that step was tried again.</param>
public sealed record CycleTrouble(string Step, int Attempts);

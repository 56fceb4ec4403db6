using System.Diagnostics;
using Choir.Actors;
using Choir.Storage;
using Microsoft.Extensions.Options;

namespace Choir.ActorHost.Ledger;

/// <summary>A cycle to anchor.</summary>
/// <param name="ThreadId">The thread's id, a UUID.</param>
/// <param name="CycleId">The id of a completed cycle, a UUID. A cycle is anchored once, however often it is submitted.</param>
/// <param name="CycleHash">The cycle's hash, which is recorded: 64 hexadecimal digits, with or without <c>0x</c>.</param>
internal sealed record SubmitTransaction(string ThreadId, string CycleId, string CycleHash);

/// <summary>
/// Stores the cycles to anchor, and runs the pump with a timer. The cluster has one ledger actor, <see cref="MainId"/>.
/// </summary>
/// <remarks>
/// The pump runs outside the actor's handlers: a node that does not answer must not delay the submission of cycles. Handlers
/// and pump share only the database.
/// </remarks>
internal sealed class LedgerActor(LedgerOutbox outbox, LedgerPump pump, IOptions<ChainOptions> options) : Actor, IDisposable
{
    public const string MainId = "main";

    public static readonly ActorAddress Main = new(nameof(LedgerActor), MainId);

    private readonly CancellationTokenSource _stopping = new();
    private IDisposable? _timer;
    private Task _round = Task.CompletedTask;

    /// <summary>Stores a completed cycle in the outbox. The pump anchors it later.</summary>
    [Handles("SUBMIT_TRANSACTION")]
    public async Task Submit(SubmitTransaction message, MessageContext context)
    {
        if (Id != MainId)
        {
            throw Invalid($"There is only one ledger actor: send to {Main}.");
        }

        var threadId = Uuid(message.ThreadId, nameof(message.ThreadId));
        var cycleId = Uuid(message.CycleId, nameof(message.CycleId));
        var hash = Hash(message.CycleHash);
        // Anybody can send messages to actors, and an anchor cannot be taken back.
        if (!await outbox.AddAsync(
            threadId, cycleId, hash, context.Message.TraceContext.ToTraceParent(), context.CancellationToken))
        {
            throw Invalid($"The thread {threadId} has no completed cycle {cycleId} with this hash.");
        }

        StartRound();
    }

    /// <summary>Does nothing: the activation has started the pump.</summary>
    [Handles("WAKE")]
    public Task Wake(MessageContext context) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer?.Dispose();
        _stopping.Dispose();
    }

    /// <inheritdoc/>
    protected override Task OnStart(CancellationToken cancellationToken)
    {
        _timer?.Dispose();
        if (Id != MainId)
        {
            return Task.CompletedTask;
        }

        _timer = SetTimer(
            _ =>
            {
                StartRound();
                return Task.CompletedTask;
            },
            TimeSpan.Zero, options.Value.PollInterval);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override async Task OnStop(CancellationToken cancellationToken)
    {
        _timer?.Dispose();
        await _stopping.CancelAsync();
        // A call of the node cannot be cancelled, but has a timeout. An interrupted round is repeated later.
        await _round.WaitAsync(cancellationToken).ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    private void StartRound()
    {
        if (_round.IsCompleted && !_stopping.IsCancellationRequested)
        {
            // Not on the actor's scheduler, where each step of the round would wait behind messages.
            _round = Task.Run(() => RunRoundAsync(_stopping.Token), CancellationToken.None);
        }
    }

    private async Task RunRoundAsync(CancellationToken cancellation)
    {
        // A round handles many cycles, so it does not belong to the trace of one.
        Activity.Current = null;
        await pump.RunRoundAsync(cancellation);
    }

    private static Guid Uuid(string? text, string field) =>
        Guid.TryParse(text, out var id) ? id : throw Invalid($"{field} is '{text}', which is not a UUID.");

    private static string Hash(string? text)
    {
        var digits = text?.StartsWith("0x", StringComparison.OrdinalIgnoreCase) == true ? text[2..] : text;
        return digits is { Length: 64 } && digits.All(char.IsAsciiHexDigit)
            ? "0x" + digits.ToLowerInvariant()
            : throw Invalid("CycleHash must be 64 hexadecimal digits, with or without 0x.");
    }

    private static ActorErrorException Invalid(string message) => new(ErrorCodes.InvalidData, message);
}

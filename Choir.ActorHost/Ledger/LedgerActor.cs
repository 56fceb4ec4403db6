using System.Diagnostics;
using Choir.Actors;
using Choir.Storage;
using Microsoft.Extensions.Options;

namespace Choir.ActorHost.Ledger;

/// <summary>A cycle to anchor.</summary>
/// <param name="ThreadId">The thread's id, a UUID.</param>
/// <param name="CycleId">The cycle's id, a UUID. A cycle is anchored once, however often it is submitted.</param>
/// <param name="CycleHash">What goes on the chain: 64 hexadecimal digits, with or without <c>0x</c>.</param>
internal sealed record SubmitTransaction(string ThreadId, string CycleId, string CycleHash);

/// <summary>
/// Takes the cycles that are to be anchored, and keeps the pump going. There is one, <see cref="MainId"/>, in the cluster.
/// </summary>
/// <remarks>
/// A round of the pump is not part of any turn: a node that does not answer must not make those wait who hand in cycles.
/// It shares nothing with the turns but the database.
/// </remarks>
internal sealed class LedgerActor(LedgerOutbox outbox, LedgerPump pump, IOptions<ChainOptions> options) : Actor, IDisposable
{
    /// <summary>The id of the one ledger actor.</summary>
    public const string MainId = "main";

    /// <summary>Its address.</summary>
    public static readonly ActorAddress Main = new(nameof(LedgerActor), MainId);

    private readonly CancellationTokenSource _stopping = new();
    private IDisposable? _timer;
    private Task _round = Task.CompletedTask;

    /// <summary>Stores a cycle; it will be on the chain some time after.</summary>
    [Handles("SUBMIT_TRANSACTION")]
    public async Task Submit(SubmitTransaction message, MessageContext context)
    {
        if (Id != MainId)
        {
            throw Invalid($"There is one ledger: send to {Main}.");
        }

        var threadId = Uuid(message.ThreadId, nameof(message.ThreadId));
        var cycleId = Uuid(message.CycleId, nameof(message.CycleId));
        await outbox.AddAsync(
            threadId, cycleId, Hash(message.CycleHash), context.Message.TraceContext.ToTraceParent(),
            context.CancellationToken);
        StartRound();
    }

    /// <summary>Nothing but what being activated does: after a restart the outbox is taken up again.</summary>
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
        // A call of the node cannot be cut short, but has its own limit; what it leads to is stored or repeated.
        await _round.WaitAsync(cancellationToken).ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    private void StartRound()
    {
        if (_round.IsCompleted && !_stopping.IsCancellationRequested)
        {
            _round = RunRoundAsync(_stopping.Token);
        }
    }

    private async Task RunRoundAsync(CancellationToken cancellation)
    {
        // A round is for many cycles, so it belongs to the trace of none.
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

using Choir.Contracts.Threads;

namespace Choir.AppHost.Commands;

/// <summary>An input, and what came of it.</summary>
/// <param name="Accepted">What it is known by.</param>
/// <param name="Cycle">The cycle as it is now; none if it is still running.</param>
/// <param name="Sources">The earlier inputs that the answer rests on, best first.</param>
internal sealed record ConversationOutcome(
    InputAccepted Accepted, CycleView? Cycle, IReadOnlyList<AnswerSource> Sources);

/// <summary>An earlier input that an answer rests on.</summary>
/// <param name="Source">Where it is, and how well it fits.</param>
/// <param name="Input">Its text; none if it could not be read.</param>
internal sealed record AnswerSource(CycleSource Source, string? Input);

/// <summary>Asks something through the gateway, as any program would.</summary>
internal sealed class Conversation(GatewayClient gateway, TimeProvider time)
{
    /// <summary>Sources whose text is read; the others are only counted.</summary>
    public const int ShownSources = 5;

    /// <summary>How long to wait for an anchor: a development chain confirms within a few seconds.</summary>
    private static readonly TimeSpan AnchorTimeout = TimeSpan.FromSeconds(8);

    private static readonly TimeSpan AnchorInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>Posts the text to a thread, a new one if none is named, and waits for answer and anchor.</summary>
    public async Task<ConversationOutcome> AskAsync(string text, string? threadId, CancellationToken cancellation)
    {
        threadId ??= (await gateway.CreateThreadAsync(cancellation)).ThreadId;
        var (accepted, cycle) = await gateway.SubmitAsync(threadId, text, cancellation);
        if (cycle is null)
        {
            return new ConversationOutcome(accepted, null, []);
        }

        var sources = await ReadSourcesAsync(cycle, cancellation);
        return new ConversationOutcome(accepted, await WaitForAnchorAsync(cycle, cancellation), sources);
    }

    private async Task<CycleView> WaitForAnchorAsync(CycleView cycle, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        while (cycle is { Status: CycleStatus.Completed, Anchor: null or { Status: AnchorStatus.Pending or AnchorStatus.Submitted } }
            && time.GetElapsedTime(began) < AnchorTimeout)
        {
            await Task.Delay(AnchorInterval, time, cancellation);
            cycle = await gateway.CycleAsync(cycle.ThreadId, cycle.CycleId, cancellation);
        }

        return cycle;
    }

    private async Task<IReadOnlyList<AnswerSource>> ReadSourcesAsync(CycleView cycle, CancellationToken cancellation)
    {
        var sources = cycle.Result?.Sources ?? [];
        return await Task.WhenAll(sources.Take(ShownSources).Select(async source =>
        {
            try
            {
                return new AnswerSource(source, (await gateway.CycleAsync(source.ThreadId, source.CycleId, cancellation)).Content);
            }
            catch (CommandException)
            {
                // The answer is worth showing without the text of a source.
                return new AnswerSource(source, null);
            }
        }));
    }
}

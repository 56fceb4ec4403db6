using Choir.Contracts.Threads;

namespace Choir.AppHost.Commands;

/// <summary>A submitted input and its result.</summary>
/// <param name="Accepted">The ids of the input.</param>
/// <param name="Cycle">The cycle; null if it is still running.</param>
/// <param name="Sources">The earlier inputs that the answer is based on, best match first.</param>
internal sealed record ConversationOutcome(
    InputAccepted Accepted, CycleView? Cycle, IReadOnlyList<AnswerSource> Sources);

/// <summary>An earlier input that an answer is based on.</summary>
/// <param name="Source">The cycle of the input and its rank.</param>
/// <param name="Input">The text; null if it could not be read.</param>
internal sealed record AnswerSource(CycleSource Source, string? Input);

/// <summary>Submits a question through the gateway's HTTP API.</summary>
internal sealed class Conversation(GatewayClient gateway, TimeProvider time)
{
    /// <summary>The number of sources whose text is read; further ones are only counted.</summary>
    public const int ShownSources = 5;

    /// <summary>How long to wait for an anchor: a development chain confirms within a few seconds.</summary>
    private static readonly TimeSpan AnchorTimeout = TimeSpan.FromSeconds(8);

    private static readonly TimeSpan AnchorInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>Posts the text to a thread, by default a new one, and waits for the answer and its anchor.</summary>
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
        var started = time.GetTimestamp();
        while (cycle is { Status: CycleStatus.Completed, Anchor: null or { Status: AnchorStatus.Pending or AnchorStatus.Submitted } }
            && time.GetElapsedTime(started) < AnchorTimeout)
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
                // The answer is shown without the text of this source.
                return new AnswerSource(source, null);
            }
        }));
    }
}

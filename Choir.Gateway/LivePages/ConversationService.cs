using Choir.Contracts.Threads;
using Choir.Gateway.Problems;
using Choir.Gateway.Threads;
using Microsoft.Extensions.Options;

namespace Choir.Gateway.LivePages;

/// <summary>What the page of conversations reads and does: the same as the routes under <c>/threads</c>.</summary>
internal sealed class ConversationService(ThreadReader reader, ThreadClient threads, IOptions<GatewayOptions> options)
{
    public const int PageSize = 50;

    public Task<ThreadPage> ThreadsAsync(string? before, CancellationToken cancellationToken) =>
        reader.ListAsync(new PageQuery(PageSize, before), cancellationToken);

    public Task<ThreadView> ThreadAsync(string threadId, CancellationToken cancellationToken) =>
        reader.GetAsync(PathIds.Thread(threadId), new PageQuery(PageSize, null), cancellationToken);

    public Task<CycleView> CycleAsync(string threadId, string cycleId, CancellationToken cancellationToken) =>
        reader.GetCycleAsync(PathIds.Thread(threadId), PathIds.Cycle(cycleId), cancellationToken);

    /// <summary>Submits an input, to a new thread if none is given.</summary>
    /// <exception cref="ProblemException">The input is refused, or cannot be stored now.</exception>
    public async Task<InputAccepted> AskAsync(string? threadId, string content, CancellationToken cancellationToken)
    {
        new SubmitInputRequest(content).Check(options.Value.MaxContentBytes);
        var correlationId = Guid.CreateVersion7();
        var id = threadId is null ? (await threads.CreateAsync(correlationId, cancellationToken)).ThreadId : PathIds.Thread(threadId);
        return await threads.SubmitAsync(id, new SubmitInput(content, null), correlationId, cancellationToken);
    }
}

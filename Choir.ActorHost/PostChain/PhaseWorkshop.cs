using Choir.ActorHost.PostChain.Model;
using Choir.Storage;
using Microsoft.Extensions.Options;

namespace Choir.ActorHost.PostChain;

/// <summary>What every phase actor works with.</summary>
internal sealed class PhaseWorkshop(
    ThreadStore threads, KnowledgeIndex knowledge, PhaseThinker thinker, PostChainMetrics metrics,
    IOptions<PostChainOptions> options)
{
    public ThreadStore Threads { get; } = threads;

    public KnowledgeIndex Knowledge { get; } = knowledge;

    public PhaseThinker Thinker { get; } = thinker;

    public PostChainMetrics Metrics { get; } = metrics;

    public PostChainOptions Options { get; } = options.Value;
}

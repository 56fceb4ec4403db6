using Choir.ActorHost.PostChain.Model;
using Choir.Storage;
using Microsoft.Extensions.Options;

namespace Choir.ActorHost.PostChain;

/// <summary>The services that every phase actor needs.</summary>
internal sealed class PhaseServices(
    ThreadStore threads, KnowledgeIndex knowledge, PhaseModel model, PostChainMetrics metrics,
    IOptions<PostChainOptions> options)
{
    public ThreadStore Threads { get; } = threads;

    public KnowledgeIndex Knowledge { get; } = knowledge;

    public PhaseModel Model { get; } = model;

    public PostChainMetrics Metrics { get; } = metrics;

    public PostChainOptions Options { get; } = options.Value;
}

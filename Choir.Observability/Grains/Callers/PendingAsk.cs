using Orleans.Runtime;

namespace Choir.Observability;

/// <summary>A call whose answer a grain has not got yet, in a list of the calling activation.</summary>
/// <param name="target">The grain that is called.</param>
/// <param name="method">The method.</param>
/// <param name="sent">When it was sent, in ticks of the clock.</param>
internal sealed class PendingAsk(GrainId target, string method, long sent) : ListedCall<PendingAsk>
{
    /// <summary>When it was sent, in ticks of the clock.</summary>
    public long Sent { get; } = sent;

    /// <summary>The call; the caller does not know the id that the receiver gives it.</summary>
    public AwaitedCall Call => new(GrainNames.AddressOf(target), Guid.Empty, method, Sent);
}

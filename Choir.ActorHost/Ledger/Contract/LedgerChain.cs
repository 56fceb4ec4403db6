namespace Choir.ActorHost.Ledger;

/// <summary>The contracts on the node's chain.</summary>
/// <param name="Current">The contract that records cycles.</param>
/// <param name="OnChain">
/// All contracts whose code is on the chain, <paramref name="Current"/> first. More than one if an earlier version of Choir
/// deployed a second one.
/// </param>
/// <param name="StoredIds">All stored contracts of the chain, also those that it has lost.</param>
internal sealed record LedgerChain(LedgerContract Current, IReadOnlyList<LedgerContract> OnChain, long[] StoredIds)
{
    /// <summary>The contract with an id; null if its code is not on this chain.</summary>
    public LedgerContract? Find(long id) => OnChain.FirstOrDefault(contract => contract.Stored.Id == id);
}

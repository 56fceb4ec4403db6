using System.Numerics;

namespace Choir.ActorHost.Ledger;

/// <summary>A block of the chain.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Hash">Its hash, which is that of all blocks before it too.</param>
/// <param name="BaseFee">The fee for a unit of gas that every transaction pays; null for a chain without EIP-1559.</param>
/// <param name="GasLimit">The gas that its transactions may use together; null if the node does not say.</param>
internal sealed record ChainHead(long Number, string Hash, BigInteger? BaseFee, BigInteger? GasLimit)
{
    /// <summary>How many blocks confirm a block, including itself.</summary>
    public long Confirmations(long block) => Number - block + 1;
}

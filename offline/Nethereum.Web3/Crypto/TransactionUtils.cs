using Nethereum.Hex.HexConvertors.Extensions;

namespace Nethereum.Util;

/// <summary>What can be said of a transaction without a node.</summary>
public static class TransactionUtils
{
    /// <summary>The hash by which a signed transaction will be known, without <c>0x</c>.</summary>
    public static string CalculateTransactionHash(string rawSignedTransaction) =>
        Keccak.Hash(rawSignedTransaction.HexToByteArray()).ToHex();
}

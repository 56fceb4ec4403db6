using System.Globalization;
using System.Numerics;
using Nethereum.Model;
using SignedTransaction = Choir.Storage.SignedTransaction;

namespace Choir.ActorHost.Ledger;

/// <summary>Prices of a unit of gas, in wei. <c>GasPrice</c> is set only for a chain without EIP-1559.</summary>
internal sealed record Fees(BigInteger? GasPrice, BigInteger? MaxFeePerGas, BigInteger? MaxPriorityFeePerGas)
{
    private const int WeiPerGwei = 1_000_000_000;

    /// <summary>The gas that a block may use; null if the node does not say.</summary>
    public BigInteger? BlockGasLimit { get; init; }

    /// <summary>The most that a unit of gas may cost.</summary>
    public BigInteger Limit => MaxFeePerGas ?? GasPrice ?? BigInteger.Zero;

    /// <summary>The fees that a signed transaction offers.</summary>
    public static Fees Of(SignedTransaction transaction) => TransactionFactory.CreateTransaction(transaction.Raw) switch
    {
        Transaction1559 priced => new Fees(null, priced.MaxFeePerGas, priced.MaxPriorityFeePerGas),
        SignedLegacyTransaction legacy => new Fees(new BigInteger(legacy.GasPrice, isUnsigned: true, isBigEndian: true), null, null),
        var other => throw new InvalidDataException($"The stored transaction has the unknown type {other.TransactionType}."),
    };

    /// <summary>
    /// The fees of a transaction that replaces one under the same nonce. Nodes want both fees to be higher by a tenth (geth,
    /// anvil, Besu) or an eighth; so they are an eighth higher, rounded up.
    /// </summary>
    /// <param name="offered">The fees of the transaction to replace.</param>
    public Fees Above(Fees offered) => GasPrice is { } price
        ? this with { GasPrice = BigInteger.Max(price, Raise(offered.Limit)) }
        : this with
        {
            MaxFeePerGas = BigInteger.Max(Limit, Raise(offered.Limit)),
            MaxPriorityFeePerGas = BigInteger.Max(
                MaxPriorityFeePerGas ?? BigInteger.One, Raise(offered.MaxPriorityFeePerGas ?? offered.Limit)),
        };

    public static BigInteger ToWei(decimal gwei) => new(gwei * WeiPerGwei);

    public static string ToGwei(BigInteger wei) =>
        ((double)wei / WeiPerGwei).ToString("0.#########", CultureInfo.InvariantCulture);

    private static BigInteger Raise(BigInteger fee) => fee + fee / 8 + 1;
}

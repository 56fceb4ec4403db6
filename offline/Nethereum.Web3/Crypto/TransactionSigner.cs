using System.Numerics;
using Nethereum.Hex.HexConvertors.Extensions;
using Nethereum.RLP;
using Nethereum.Util;

namespace Nethereum.Signer;

/// <summary>What a transaction says; a null <see cref="To"/> deploys a contract.</summary>
internal sealed record UnsignedTransaction(
    BigInteger Nonce, BigInteger Gas, string? To, BigInteger Value, byte[] Data, BigInteger? ChainId,
    BigInteger? GasPrice = null, BigInteger? MaxFeePerGas = null, BigInteger? MaxPriorityFeePerGas = null);

/// <summary>Signs transactions; the answer is hexadecimal digits without <c>0x</c>, as the package gives them.</summary>
internal static class TransactionSigner
{
    public static string Sign(EthKey key, UnsignedTransaction transaction) =>
        (transaction.GasPrice is null ? SignDynamicFee(key, transaction) : SignLegacy(key, transaction)).ToHex();

    /// <summary>EIP-1559: type 2, both fees, an empty access list.</summary>
    private static byte[] SignDynamicFee(EthKey key, UnsignedTransaction tx)
    {
        if (tx.ChainId is not { } chainId || tx.MaxFeePerGas is not { } maxFee || tx.MaxPriorityFeePerGas is not { } tip)
        {
            throw new ArgumentException("An EIP-1559 transaction needs a chain id and both fees.", nameof(tx));
        }

        byte[][] fields =
        [
            Rlp.Encode(chainId), Rlp.Encode(tx.Nonce), Rlp.Encode(tip), Rlp.Encode(maxFee), Rlp.Encode(tx.Gas),
            Recipient(tx), Rlp.Encode(tx.Value), Rlp.Encode(tx.Data), Rlp.List(),
        ];
        var signature = key.Sign(Keccak.Hash([2, .. Rlp.List(fields)]));
        return [2, .. Rlp.List([.. fields, Rlp.Encode(signature.RecoveryId), .. Signed(signature)])];
    }

    /// <summary>EIP-155: the chain id is signed along, and shows in <c>v</c>; without one, as before EIP-155.</summary>
    private static byte[] SignLegacy(EthKey key, UnsignedTransaction tx)
    {
        byte[][] fields =
        [
            Rlp.Encode(tx.Nonce), Rlp.Encode(tx.GasPrice!.Value), Rlp.Encode(tx.Gas), Recipient(tx),
            Rlp.Encode(tx.Value), Rlp.Encode(tx.Data),
        ];
        byte[][] replayProtection =
            tx.ChainId is { } id ? [Rlp.Encode(id), Rlp.Encode(BigInteger.Zero), Rlp.Encode(BigInteger.Zero)] : [];
        var signature = key.Sign(Keccak.Hash(Rlp.List([.. fields, .. replayProtection])));
        var v = signature.RecoveryId + (tx.ChainId is { } chainId ? 35 + 2 * chainId : 27);
        return Rlp.List([.. fields, Rlp.Encode(v), .. Signed(signature)]);
    }

    private static byte[] Recipient(UnsignedTransaction tx) => Rlp.Encode(tx.To?.HexToByteArray() ?? []);

    // As numbers: a leading zero byte is not part of the encoding.
    private static byte[][] Signed(EthSignature signature) =>
        [Rlp.Encode(signature.R.ToByteArrayUnsigned()), Rlp.Encode(signature.S.ToByteArrayUnsigned())];
}

using System.Numerics;

namespace Nethereum.RLP;

/// <summary>Recursive length prefix, the encoding of transactions (Ethereum yellow paper, appendix B).</summary>
internal static class Rlp
{
    public static byte[] Encode(ReadOnlySpan<byte> data) =>
        data.Length == 1 && data[0] < 0x80 ? [data[0]] : [.. Prefix(0x80, data.Length), .. data];

    public static byte[] Encode(BigInteger value) => Encode(value.IsZero ? [] : BigEndian(value));

    /// <summary>Encodes a list of elements that are encoded already.</summary>
    public static byte[] List(params byte[][] elements)
    {
        var payload = elements.SelectMany(element => element).ToArray();
        return [.. Prefix(0xc0, payload.Length), .. payload];
    }

    private static byte[] Prefix(int offset, int length)
    {
        if (length <= 55) return [(byte)(offset + length)];
        var size = BigEndian(length);
        return [(byte)(offset + 55 + size.Length), .. size];
    }

    private static byte[] BigEndian(BigInteger value) => value.ToByteArray(isUnsigned: true, isBigEndian: true);
}

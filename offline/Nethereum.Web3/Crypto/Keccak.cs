using System.Text;
using Org.BouncyCastle.Crypto.Digests;

namespace Nethereum.Util;

/// <summary>Keccak-256, Ethereum's hash (SHA-3 as it was before its padding was changed).</summary>
internal static class Keccak
{
    public static byte[] Hash(ReadOnlySpan<byte> data)
    {
        var digest = new KeccakDigest(256);
        digest.BlockUpdate(data);
        var hash = new byte[32];
        digest.DoFinal(hash);
        return hash;
    }

    public static byte[] Hash(string text) => Hash(Encoding.UTF8.GetBytes(text));
}

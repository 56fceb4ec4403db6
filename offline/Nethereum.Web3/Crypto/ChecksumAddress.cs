using System.Globalization;
using Nethereum.Hex.HexConvertors.Extensions;

namespace Nethereum.Util;

/// <summary>EIP-55: a digit is upper case where the hash of the address has a nibble of eight or more.</summary>
internal static class ChecksumAddress
{
    public static string Of(byte[] address)
    {
        var digits = address.ToHex();
        var hash = Keccak.Hash(digits).ToHex();
        return "0x" + string.Concat(digits.Select((digit, at) =>
            int.Parse(hash.AsSpan(at, 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture) >= 8
                ? char.ToUpperInvariant(digit)
                : digit));
    }
}

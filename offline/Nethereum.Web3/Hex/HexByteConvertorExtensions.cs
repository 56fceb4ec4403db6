namespace Nethereum.Hex.HexConvertors.Extensions;

/// <summary>Bytes to and from hexadecimal digits.</summary>
public static class HexByteConvertorExtensions
{
    /// <summary>Lower-case digits, two a byte.</summary>
    public static string ToHex(this byte[] value, bool prefix = false) =>
        (prefix ? "0x" : "") + Convert.ToHexStringLower(value);

    /// <summary>The bytes of hexadecimal digits, with or without <c>0x</c>.</summary>
    /// <exception cref="FormatException">Not hexadecimal digits.</exception>
    public static byte[] HexToByteArray(this string value)
    {
        var digits = value.RemoveHexPrefix();
        return Convert.FromHexString(digits.Length % 2 == 0 ? digits : "0" + digits);
    }

    internal static string RemoveHexPrefix(this string value) =>
        value.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? value[2..] : value;

    internal static string EnsureHexPrefix(this string value) =>
        value.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? value : "0x" + value;
}

using System.Collections;
using System.Globalization;
using System.Numerics;
using System.Text;
using Nethereum.Hex.HexConvertors.Extensions;
using Nethereum.Util;

namespace Nethereum.ABI;

/// <summary>
/// A Solidity type and its encoding, after the contract ABI specification
/// (https://docs.soliditylang.org/en/latest/abi-spec.html). Tuples and fixed-point numbers are not here.
/// </summary>
internal abstract class AbiType
{
    /// <summary>Encoded elsewhere, with an offset in its place.</summary>
    public abstract bool IsDynamic { get; }

    /// <summary>The bytes that a static type takes in place.</summary>
    public virtual int StaticLength => 32;

    public abstract byte[] Encode(object value);

    /// <summary>The value of one word; types of other lengths are not decoded.</summary>
    public virtual object Decode(ReadOnlySpan<byte> word) =>
        throw new NotSupportedException($"{GetType().Name} is not decoded here.");

    public static AbiType Parse(string type)
    {
        if (type.EndsWith(']'))
        {
            var at = type.LastIndexOf('[');
            var length = type[(at + 1)..^1];
            return new ArrayType(Parse(type[..at]), length.Length == 0 ? null : Number(length));
        }

        return type switch
        {
            "bool" => new BoolType(),
            "address" => new AddressType(),
            "bytes" or "string" => new BytesType(),
            _ when type.StartsWith("bytes", StringComparison.Ordinal) => new FixedBytesType(Number(type[5..])),
            _ when type.StartsWith("uint", StringComparison.Ordinal) => new IntegerType(signed: false),
            _ when type.StartsWith("int", StringComparison.Ordinal) => new IntegerType(signed: true),
            _ => throw new NotSupportedException($"The Solidity type '{type}' is not offered here."),
        };
    }

    /// <summary>Static values in place, dynamic ones behind, with their offsets in place.</summary>
    public static byte[] EncodeSequence(IReadOnlyList<(AbiType Type, object Value)> items)
    {
        var offset = items.Sum(item => item.Type.IsDynamic ? 32 : item.Type.StaticLength);
        var heads = new List<byte>();
        var tails = new List<byte>();
        foreach (var (type, value) in items)
        {
            var encoded = type.Encode(value);
            heads.AddRange(type.IsDynamic ? Word(offset + tails.Count) : encoded);
            if (type.IsDynamic) tails.AddRange(encoded);
        }

        return [.. heads, .. tails];
    }

    protected static byte[] Word(BigInteger value)
    {
        var bytes = value.ToByteArray(isBigEndian: true);
        // A positive number with its highest bit set brings a sign byte.
        if (bytes.Length == 33 && bytes[0] == 0) bytes = bytes[1..];
        if (bytes.Length > 32) throw new OverflowException("The number does not fit 256 bits.");
        var word = new byte[32];
        if (value.Sign < 0) word.AsSpan().Fill(0xff);
        bytes.CopyTo(word, 32 - bytes.Length);
        return word;
    }

    protected static byte[] PadRight(byte[] bytes) => [.. bytes, .. new byte[(32 - bytes.Length % 32) % 32]];

    private static int Number(string digits) => int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);

    private sealed class IntegerType(bool signed) : AbiType
    {
        public override bool IsDynamic => false;

        public override byte[] Encode(object value) => Word(value switch
        {
            BigInteger number => number,
            IConvertible number => new BigInteger(number.ToDecimal(CultureInfo.InvariantCulture)),
            _ => throw new ArgumentException($"A number is wanted, not {value}.", nameof(value)),
        });

        public override object Decode(ReadOnlySpan<byte> word) =>
            new BigInteger(word, isUnsigned: !signed, isBigEndian: true);
    }

    private sealed class BoolType : AbiType
    {
        public override bool IsDynamic => false;

        public override byte[] Encode(object value) => Word((bool)value ? 1 : 0);

        public override object Decode(ReadOnlySpan<byte> word) => word[31] != 0;
    }

    private sealed class AddressType : AbiType
    {
        public override bool IsDynamic => false;

        public override byte[] Encode(object value)
        {
            var bytes = ((string)value).HexToByteArray();
            return bytes.Length == 20
                ? [.. new byte[12], .. bytes]
                : throw new ArgumentException($"'{value}' is not an address of 20 bytes.", nameof(value));
        }

        public override object Decode(ReadOnlySpan<byte> word) => ChecksumAddress.Of(word[12..].ToArray());
    }

    private sealed class FixedBytesType(int length) : AbiType
    {
        public override bool IsDynamic => false;

        public override byte[] Encode(object value)
        {
            var bytes = (byte[])value;
            return bytes.Length <= length
                ? [.. bytes, .. new byte[32 - bytes.Length]]
                : throw new ArgumentException($"{bytes.Length} bytes do not fit bytes{length}.", nameof(value));
        }

        public override object Decode(ReadOnlySpan<byte> word) => word[..length].ToArray();
    }

    private sealed class BytesType : AbiType
    {
        public override bool IsDynamic => true;

        public override byte[] Encode(object value)
        {
            var bytes = value as byte[] ?? Encoding.UTF8.GetBytes((string)value);
            return [.. Word(bytes.Length), .. PadRight(bytes)];
        }
    }

    /// <summary>An array; a null length is that of the value, which is then written in front.</summary>
    private sealed class ArrayType(AbiType element, int? length) : AbiType
    {
        public override bool IsDynamic => length is null || element.IsDynamic;

        public override int StaticLength => element.StaticLength * length!.Value;

        public override byte[] Encode(object value)
        {
            var items = ((IEnumerable)value).Cast<object>().Select(item => (element, item)).ToArray();
            if (length is { } wanted && items.Length != wanted)
            {
                throw new ArgumentException($"{wanted} elements are wanted, not {items.Length}.", nameof(value));
            }

            var encoded = EncodeSequence(items);
            return length is null ? [.. Word(items.Length), .. encoded] : encoded;
        }
    }
}

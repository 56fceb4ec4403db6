using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Serialization;
using Nethereum.Hex.HexConvertors.Extensions;

namespace Nethereum.Hex.HexTypes;

/// <summary>A quantity as JSON-RPC writes it: <c>0x</c> and the fewest digits.</summary>
[JsonConverter(typeof(HexBigIntegerConverter))]
public class HexBigInteger
{
    /// <param name="hex">A quantity, with or without <c>0x</c>.</param>
    public HexBigInteger(string hex)
    {
        ArgumentNullException.ThrowIfNull(hex);
        // The leading zero keeps a high first digit from being read as a sign.
        Value = BigInteger.Parse("0" + hex.RemoveHexPrefix(), NumberStyles.AllowHexSpecifier,
            CultureInfo.InvariantCulture);
    }

    /// <param name="value">Not negative.</param>
    public HexBigInteger(BigInteger value) => Value = value;

    /// <summary>The number.</summary>
    public BigInteger Value { get; }

    /// <summary>The number as JSON-RPC writes it.</summary>
    public string HexValue =>
        Value.IsZero ? "0x0" : "0x" + Value.ToString("x", CultureInfo.InvariantCulture).TrimStart('0');

    /// <summary>The number in decimal digits.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}

internal sealed class HexBigIntegerConverter : JsonConverter<HexBigInteger>
{
    public override HexBigInteger Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number
            ? new HexBigInteger(reader.GetInt64())
            : new HexBigInteger(reader.GetString()!);

    public override void Write(Utf8JsonWriter writer, HexBigInteger value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.HexValue);
}

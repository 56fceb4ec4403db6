using System.Text.Json;
using System.Text.Json.Serialization;
using Nethereum.Hex.HexTypes;

namespace Nethereum.RPC.Eth.DTOs;

/// <summary>Which block a call is about.</summary>
[JsonConverter(typeof(BlockParameterConverter))]
public class BlockParameter
{
    private readonly string _value;

    private BlockParameter(string value) => _value = value;

    /// <summary>A block by its number.</summary>
    public BlockParameter(ulong blockNumber) : this(new HexBigInteger(blockNumber))
    {
    }

    /// <summary>A block by its number.</summary>
    public BlockParameter(HexBigInteger blockNumber) => _value = blockNumber.HexValue;

    /// <summary>The newest block.</summary>
    public static BlockParameter CreateLatest() => new("latest");

    /// <summary>The newest block and the transactions that wait to follow it.</summary>
    public static BlockParameter CreatePending() => new("pending");

    /// <summary>The block as JSON-RPC names it.</summary>
    public string GetRPCParam() => _value;
}

internal sealed class BlockParameterConverter : JsonConverter<BlockParameter>
{
    public override BlockParameter Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("No answer holds a block parameter.");

    public override void Write(Utf8JsonWriter writer, BlockParameter value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.GetRPCParam());
}

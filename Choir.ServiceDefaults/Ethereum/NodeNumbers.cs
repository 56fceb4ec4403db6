using System.Globalization;
using System.Numerics;
using Nethereum.Hex.HexTypes;
using Nethereum.JsonRpc.Client;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace Choir.ServiceDefaults.Ethereum;

/// <summary>
/// Reads numbers from a node: the hexadecimal strings of the protocol, and the JSON numbers that some clients send instead.
/// Anything else is a <see cref="NodeAnswerException"/>.
/// </summary>
public static class NodeNumbers
{
    /// <summary>256 bits, the largest number of the protocol, as hexadecimal digits.</summary>
    private const int MaxDigits = 64;

    private const int MaxQuoted = 40;

    /// <summary>Calls a method that returns a number of any size.</summary>
    /// <param name="client">The client of the node.</param>
    /// <param name="method">The method, such as <c>eth_gasPrice</c>.</param>
    /// <param name="parameters">Its parameters.</param>
    public static async Task<BigInteger> QuantityAsync(this IClient client, string method, params object[] parameters)
    {
        ArgumentNullException.ThrowIfNull(client);
        var answer = await client.SendRequestAsync<JToken>(method, null, parameters);
        return Read(answer) ?? throw new NodeAnswerException($"The node answered {method} with {Quote(answer)}, not with a number.");
    }

    /// <summary>Calls a method that returns a number of at most 63 bits, such as a block's.</summary>
    /// <param name="client">The client of the node.</param>
    /// <param name="method">The method, such as <c>eth_blockNumber</c>.</param>
    /// <param name="parameters">Its parameters.</param>
    public static async Task<long> NumberAsync(this IClient client, string method, params object[] parameters) =>
        ToLong(await client.QuantityAsync(method, parameters), method);

    /// <summary>A number of at most 63 bits.</summary>
    /// <param name="number">The number that the node gave.</param>
    /// <param name="what">Where it stands in the answer, for the message.</param>
    public static long ToLong(BigInteger number, string what) => number >= 0 && number <= long.MaxValue
        ? (long)number
        : throw new NodeAnswerException($"The node answered {what} with a number that is too large: 0x{number:x}.");

    /// <summary>A number that Nethereum has read.</summary>
    /// <param name="number">The number; null if the node left it out.</param>
    /// <param name="what">Where it stands in the answer, for the message.</param>
    public static BigInteger Present(HexBigInteger? number, string what) =>
        number?.Value ?? throw new NodeAnswerException($"The node answered {what} without a number that the protocol requires.");

    /// <summary>The number in a part of an answer; null if there is none.</summary>
    /// <param name="token">The part.</param>
    public static BigInteger? Read(JToken? token) => token switch
    {
        { Type: JTokenType.Integer } when BigInteger.TryParse(
            token.ToString(Formatting.None), NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
        { Type: JTokenType.String } when (string?)token is ['0', 'x' or 'X', _, ..] text && text.Length <= MaxDigits + 2
            && BigInteger.TryParse(
                "0" + text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };

    private static string Quote(JToken? token) =>
        token is null ? "null" : PlainText.OneLine(token.ToString(Formatting.None), MaxQuoted);
}

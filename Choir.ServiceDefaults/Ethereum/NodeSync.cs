using System.Numerics;
using Nethereum.JsonRpc.Client;
using Newtonsoft.Json.Linq;

namespace Choir.ServiceDefaults.Ethereum;

/// <summary>What a node says about its synchronisation (<c>eth_syncing</c>).</summary>
/// <param name="IsSyncing">Whether it says that it is behind its network.</param>
/// <param name="BlocksBehind">How many blocks it is behind; null if it does not say.</param>
public readonly record struct NodeSync(bool IsSyncing, long? BlocksBehind)
{
    /// <summary>
    /// Asks the node. A node without this method, or with an answer that means nothing, is not at fault: development nodes
    /// have no network. Whether the node can be reached is for other calls to find out.
    /// </summary>
    /// <param name="client">The client of the node.</param>
    public static async Task<NodeSync> OfAsync(IClient client)
    {
        ArgumentNullException.ThrowIfNull(client);
        try
        {
            return Of(await client.SendRequestAsync<JToken>("eth_syncing"));
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return default;
        }
    }

    /// <summary>Reads an answer to <c>eth_syncing</c>: false, or an object that may have the two block numbers.</summary>
    /// <param name="answer">The answer.</param>
    public static NodeSync Of(JToken? answer) => answer switch
    {
        { Type: JTokenType.Boolean } => (bool)answer ? new NodeSync(true, null) : new NodeSync(false, 0),
        JObject progress when NodeNumbers.Read(progress["highestBlock"]) is { } highest
            && NodeNumbers.Read(progress["currentBlock"]) is { } current => Behind(highest - current),
        JObject => new NodeSync(true, null),
        _ => default,
    };

    private static NodeSync Behind(BigInteger blocks) =>
        new(blocks > 0, (long)BigInteger.Clamp(blocks, 0, long.MaxValue));
}

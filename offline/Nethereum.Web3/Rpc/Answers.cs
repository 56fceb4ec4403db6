using System.Text.Json.Serialization;
using Nethereum.Hex.HexTypes;

namespace Nethereum.RPC.Eth.DTOs;

/// <summary>A block without its transactions.</summary>
public class Block
{
    /// <summary>Its number; null while it is pending.</summary>
    public HexBigInteger? Number { get; set; }

    /// <summary>Its hash; null while it is pending.</summary>
    [JsonPropertyName("hash")]
    public string? BlockHash { get; set; }

    /// <summary>When it was made, in seconds since 1970.</summary>
    public HexBigInteger Timestamp { get; set; } = null!;

    /// <summary>What a unit of gas cost at least, in wei; null where the chain has no EIP-1559.</summary>
    public HexBigInteger? BaseFeePerGas { get; set; }
}

/// <summary>A block and the hashes of its transactions.</summary>
public class BlockWithTransactionHashes : Block;

/// <summary>How far a node has got.</summary>
public class SyncingOutput
{
    /// <summary>False: the node has every block it knows of.</summary>
    public bool IsSyncing { get; set; }

    /// <summary>The newest block that the node has; null when it is not syncing.</summary>
    public HexBigInteger? CurrentBlock { get; set; }

    /// <summary>The newest block that the node knows of; null when it is not syncing.</summary>
    public HexBigInteger? HighestBlock { get; set; }
}

/// <summary>A transaction that the node knows, mined or not.</summary>
public class Transaction
{
    /// <summary>The block that holds it; null while it waits.</summary>
    public HexBigInteger? BlockNumber { get; set; }
}

/// <summary>What became of a mined transaction.</summary>
public class TransactionReceipt
{
    /// <summary>Its hash.</summary>
    public string TransactionHash { get; set; } = null!;

    /// <summary>The block that holds it.</summary>
    public HexBigInteger BlockNumber { get; set; } = null!;

    /// <summary>The gas that it used.</summary>
    public HexBigInteger GasUsed { get; set; } = null!;

    /// <summary>The contract that it created, if it did.</summary>
    public string? ContractAddress { get; set; }

    /// <summary>1: it succeeded; 0: it was reverted.</summary>
    public HexBigInteger? Status { get; set; }

    /// <summary>The events that it emitted.</summary>
    public FilterLog[] Logs { get; set; } = [];

    /// <summary>True if it was reverted; null if the node does not say.</summary>
    public bool? HasErrors() => Status is null ? null : Status.Value.IsZero;
}

/// <summary>An event as a node stores it.</summary>
public class FilterLog
{
    /// <summary>The contract that emitted it.</summary>
    public string Address { get; set; } = null!;

    /// <summary>The transaction that made the contract emit it; null while it waits.</summary>
    public string? TransactionHash { get; set; }

    /// <summary>The block that holds it; null while it waits.</summary>
    public HexBigInteger? BlockNumber { get; set; }

    /// <summary>The arguments that are not indexed.</summary>
    public string Data { get; set; } = "0x";

    /// <summary>The hash of the event's signature, then the indexed arguments.</summary>
    public object[] Topics { get; set; } = [];
}

/// <summary>Which events to look for.</summary>
public class NewFilterInput
{
    /// <summary>The first block; null: the newest, as JSON-RPC says.</summary>
    public BlockParameter? FromBlock { get; set; }

    /// <summary>The last block; null: the newest.</summary>
    public BlockParameter? ToBlock { get; set; }

    /// <summary>The contracts.</summary>
    public string[]? Address { get; set; }

    /// <summary>For each topic what it may be.</summary>
    public object?[]? Topics { get; set; }
}

/// <summary>A call, as <c>eth_call</c> and <c>eth_estimateGas</c> take it.</summary>
internal sealed record CallInput(
    string From, string? To, HexBigInteger? Gas, HexBigInteger? GasPrice, HexBigInteger? MaxFeePerGas,
    HexBigInteger? MaxPriorityFeePerGas, HexBigInteger? Value, string Data);

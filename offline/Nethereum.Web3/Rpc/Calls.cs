using System.Text.Json;
using Nethereum.Hex.HexConvertors.Extensions;
using Nethereum.Hex.HexTypes;
using Nethereum.JsonRpc.Client;
using Nethereum.RPC.Eth;
using Nethereum.RPC.Eth.Blocks;
using Nethereum.RPC.Eth.DTOs;
using Nethereum.RPC.Eth.Services;
using Nethereum.RPC.Eth.Transactions;

namespace Nethereum.RPC;

/// <summary>A call without parameters that answers with a quantity.</summary>
internal sealed class QuantityCall(IClient client, string method) : IEthChainId, IEthGasPrice, IEthBlockNumber
{
    public Task<HexBigInteger> SendRequestAsync(object? id = null) => client.SendRequestAsync<HexBigInteger>(method);
}

internal sealed class SyncingCall(IClient client) : IEthSyncing
{
    public async Task<SyncingOutput> SendRequestAsync(object? id = null)
    {
        // "false", or an object that says how far.
        var answer = await client.SendRequestAsync<JsonElement>("eth_syncing").ConfigureAwait(false);
        if (answer.ValueKind != JsonValueKind.Object) return new SyncingOutput { IsSyncing = false };
        return new SyncingOutput
        {
            IsSyncing = true,
            CurrentBlock = new HexBigInteger(answer.GetProperty("currentBlock").GetString()!),
            HighestBlock = new HexBigInteger(answer.GetProperty("highestBlock").GetString()!),
        };
    }
}

internal sealed class CodeCall(IClient client) : IEthGetCode
{
    public Task<string> SendRequestAsync(string address, object? id = null) =>
        client.SendRequestAsync<string>("eth_getCode", null, address.EnsureHexPrefix(), BlockParameter.CreateLatest());
}

internal sealed class BlockCalls(IClient client) : IEthApiBlockService, IEthGetBlockWithTransactionsHashesByNumber
{
    public IEthBlockNumber GetBlockNumber { get; } = new QuantityCall(client, "eth_blockNumber");

    public IEthGetBlockWithTransactionsHashesByNumber GetBlockWithTransactionsHashesByNumber => this;

    public Task<BlockWithTransactionHashes?> SendRequestAsync(BlockParameter blockParameter, object? id = null) =>
        client.SendRequestAsync<BlockWithTransactionHashes?>("eth_getBlockByNumber", null, blockParameter, false);
}

internal sealed class TransactionCalls(IClient client) : IEthApiTransactionsService,
    IEthGetTransactionByHash, IEthGetTransactionCount, IEthGetTransactionReceipt, IEthSendRawTransaction
{
    public IEthGetTransactionByHash GetTransactionByHash => this;

    public IEthGetTransactionCount GetTransactionCount => this;

    public IEthGetTransactionReceipt GetTransactionReceipt => this;

    public IEthSendRawTransaction SendRawTransaction => this;

    Task<Transaction?> IEthGetTransactionByHash.SendRequestAsync(string hashTransaction, object? id) =>
        client.SendRequestAsync<Transaction?>("eth_getTransactionByHash", null, hashTransaction.EnsureHexPrefix());

    Task<HexBigInteger> IEthGetTransactionCount.SendRequestAsync(string address, BlockParameter block, object? id) =>
        client.SendRequestAsync<HexBigInteger>("eth_getTransactionCount", null, address.EnsureHexPrefix(), block);

    Task<TransactionReceipt?> IEthGetTransactionReceipt.SendRequestAsync(string transactionHash, object? id) =>
        client.SendRequestAsync<TransactionReceipt?>(
            "eth_getTransactionReceipt", null, transactionHash.EnsureHexPrefix());

    Task<string> IEthSendRawTransaction.SendRequestAsync(string signedTransactionData, object? id) =>
        client.SendRequestAsync<string>("eth_sendRawTransaction", null, signedTransactionData.EnsureHexPrefix());
}

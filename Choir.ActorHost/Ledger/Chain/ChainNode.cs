using System.Net;
using System.Numerics;
using Choir.ServiceDefaults.Ethereum;
using Choir.Storage;
using Microsoft.Extensions.Options;
using Nethereum.JsonRpc.Client;
using Nethereum.RPC.Eth.DTOs;
using Nethereum.Signer;
using Nethereum.Web3;
using Nethereum.Web3.Accounts;
using Newtonsoft.Json.Linq;

namespace Choir.ActorHost.Ledger;

/// <summary>The progress of a node.</summary>
/// <param name="Height">The number of its newest block.</param>
/// <param name="BlocksBehind">How many blocks it is behind its network; null if it does not say.</param>
internal sealed record ChainState(long Height, long? BlocksBehind);

/// <summary>The Ethereum node, with Choir's account. Every call is limited by <c>Chain:RpcTimeout</c>.</summary>
internal sealed partial class ChainNode : IDisposable
{
    private readonly HttpClient _http;
    private readonly RpcClient _client;
    private readonly string _privateKey;
    private readonly BigInteger _maxFee;
    private IWeb3? _web3;

    // The same signatures, by NBitcoin.Secp256k1 in place of BouncyCastle: a tenth of the time, a thousandth of the memory.
    static ChainNode() => EthECKey.SignRecoverable = true;

    public ChainNode(IOptions<ChainOptions> options, LedgerMetrics metrics)
    {
        Metrics = metrics;
        // A limited lifetime, so that a changed DNS entry takes effect.
        var connections = new SocketsHttpHandler
        {
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            // A request must not go where an answer says.
            AllowAutoRedirect = false,
            // Some proxies compress answers although nobody asked for it.
            AutomaticDecompression = DecompressionMethods.All,
            // LedgerTracing starts a span for each call.
            ActivityHeadersPropagator = null,
        };
        _http = new HttpClient(new NodeAnswerHandler(options.Value.Url!, new LedgerTracing.ChainCalls(metrics, connections)))
        {
            Timeout = options.Value.RpcTimeout,
        };
        _client = new RpcClient(options.Value.Url!, _http);
        _privateKey = options.Value.PrivateKey!;
        _maxFee = Fees.ToWei(options.Value.MaxFeePerGas);
        Address = new Account(_privateKey).Address;
    }

    /// <summary>The address of Choir's account.</summary>
    public string Address { get; }

    public LedgerMetrics Metrics { get; }

    /// <summary>The id of the chain; 0 before <see cref="ConnectAsync"/>.</summary>
    public long ChainId { get; private set; }

    /// <summary>The client; available after <see cref="ConnectAsync"/>.</summary>
    public IWeb3 Web3 => _web3 ?? throw new InvalidOperationException("Call ConnectAsync first.");

    /// <summary>Whether an exception means that the node cannot be reached, as opposed to an error or an odd response.</summary>
    public static bool IsUnreachable(Exception exception) =>
        exception is RpcClientTimeoutException or RpcClientUnknownException { InnerException: not NodeAnswerException };

    /// <summary>Reads the id of the node's chain.</summary>
    public async Task<long> ConnectAsync()
    {
        var chainId = await _client.NumberAsync("eth_chainId");
        if (_web3 is null || ChainId != chainId)
        {
            _web3 = new Web3(new Account(_privateKey, chainId), _client);
        }

        ChainId = chainId;
        return chainId;
    }

    /// <summary>The progress of the node. Does not need <see cref="ConnectAsync"/>.</summary>
    public async Task<ChainState> StateAsync()
    {
        var height = await _client.NumberAsync("eth_blockNumber");
        return new ChainState(height, (await NodeSync.OfAsync(_client)).BlocksBehind);
    }

    /// <summary>Whether the node says that it is behind its network.</summary>
    public async Task<bool> IsSyncingAsync() => (await NodeSync.OfAsync(_client)).IsSyncing;

    /// <summary>The newest block.</summary>
    public async Task<ChainHead> HeadAsync() => await BlockAsync("latest")
        ?? throw new NodeAnswerException("The node answered eth_getBlockByNumber without a block.");

    /// <summary>A block by its number; null if the chain does not have it.</summary>
    public Task<ChainHead?> BlockAsync(long number) => BlockAsync($"0x{number:x}");

    /// <summary>The number of the account's mined transactions.</summary>
    public Task<long> MinedCountAsync() => CountAsync("latest");

    /// <summary>
    /// The number of the account's transactions that are mined or pending: the next nonce. Some nodes do not count pending
    /// ones: then it is that of the mined ones.
    /// </summary>
    public async Task<long> KnownCountAsync()
    {
        try
        {
            return await CountAsync("pending");
        }
        catch (RpcResponseException)
        {
            return await MinedCountAsync();
        }
    }

    /// <summary>The code at an address, as hexadecimal digits with <c>0x</c>; null if there is none.</summary>
    public async Task<string?> CodeAsync(string address) =>
        await Web3.Eth.GetCode.SendRequestAsync(address) is { Length: > 2 } code ? code : null;

    /// <summary>Sends a signed transaction. A transaction that the node already has counts as sent.</summary>
    public async Task SendAsync(SignedTransaction transaction)
    {
        try
        {
            await Web3.Eth.Transactions.SendRawTransaction.SendRequestAsync(transaction.Raw);
        }
        catch (RpcResponseException)
        {
            // Each client has its own words for "already known", so the node is asked.
            if (!await IsKnownAsync(transaction.Hash))
            {
                throw;
            }
        }
    }

    /// <summary>
    /// The receipt of a transaction; null while it is not mined. Its numbers are there, and of at most 63 bits: some nodes
    /// have a receipt without a block for a transaction that waits. Its transaction is the one that was asked for: some nodes leave
    /// the hash out.
    /// </summary>
    public async Task<TransactionReceipt?> ReceiptAsync(string transactionHash)
    {
        TransactionReceipt? receipt = await Web3.Eth.Transactions.GetTransactionReceipt.SendRequestAsync(transactionHash);
        if (receipt?.BlockNumber is not { } block)
        {
            return null;
        }

        NodeNumbers.ToLong(block.Value, "eth_getTransactionReceipt");
        NodeNumbers.ToLong(NodeNumbers.Present(receipt.GasUsed, "eth_getTransactionReceipt"), "eth_getTransactionReceipt");
        receipt.TransactionHash = transactionHash;
        return receipt;
    }

    /// <summary>Whether the node has the transaction, mined or pending.</summary>
    public async Task<bool> IsKnownAsync(string transactionHash) =>
        await Web3.Eth.Transactions.GetTransactionByHash.SendRequestAsync(transactionHash) is not null;

    /// <summary>Whether the node has one of the transactions, mined or pending, and it has the nonce.</summary>
    public async Task<bool> IsAnyKnownAsync(IEnumerable<string> transactionHashes, long nonce)
    {
        foreach (var hash in transactionHashes)
        {
            if (await Web3.Eth.Transactions.GetTransactionByHash.SendRequestAsync(hash) is { Nonce: { } known } && known.Value == nonce)
            {
                return true;
            }
        }

        return false;
    }

    public void Dispose() => _http.Dispose();

    private async Task<ChainHead?> BlockAsync(string block)
    {
        if (await _client.SendRequestAsync<JToken>("eth_getBlockByNumber", null, block, false) is not JObject found)
        {
            return null;
        }

        return NodeNumbers.Read(found["number"]) is { } number && found["hash"]?.ToString() is { Length: > 2 } hash
            ? new ChainHead(
                NodeNumbers.ToLong(number, "the number of a block"), hash, NodeNumbers.Read(found["baseFeePerGas"]),
                NodeNumbers.Read(found["gasLimit"]))
            : throw new NodeAnswerException("The node answered eth_getBlockByNumber without the block's number and hash.");
    }

    private Task<long> CountAsync(string block) => _client.NumberAsync("eth_getTransactionCount", Address, block);
}

using System.Numerics;
using Choir.Storage;
using Microsoft.Extensions.Options;
using Nethereum.JsonRpc.Client;
using Nethereum.RPC.Eth.DTOs;
using Nethereum.Web3;
using Nethereum.Web3.Accounts;

namespace Choir.ActorHost.Ledger;

/// <summary>Prices of a unit of gas, in wei. <c>GasPrice</c> is set only for a chain without EIP-1559.</summary>
internal sealed record Fees(BigInteger? GasPrice, BigInteger? MaxFeePerGas, BigInteger? MaxPriorityFeePerGas);

/// <summary>The progress of a node.</summary>
/// <param name="Height">The number of its newest block.</param>
/// <param name="BlocksBehind">How many blocks it is behind its network.</param>
internal sealed record ChainState(long Height, long BlocksBehind);

/// <summary>The Ethereum node, with Choir's account. Every call is limited by <c>Chain:RpcTimeout</c>.</summary>
internal sealed class ChainNode : IDisposable
{
    private readonly HttpClient _http;
    private readonly RpcClient _client;
    private readonly string _privateKey;
    private IWeb3? _web3;

    public ChainNode(IOptions<ChainOptions> options, LedgerMetrics metrics)
    {
        Metrics = metrics;
        // A limited lifetime, so that a changed DNS entry takes effect.
        var connections = new SocketsHttpHandler
        {
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            // LedgerTracing starts a span for each call.
            ActivityHeadersPropagator = null,
        };
        _http = new HttpClient(new LedgerTracing.ChainCalls(connections)) { Timeout = options.Value.RpcTimeout };
        _client = new RpcClient(options.Value.Url!, _http);
        _privateKey = options.Value.PrivateKey!;
        Address = new Account(_privateKey).Address;
    }

    /// <summary>The address of Choir's account.</summary>
    public string Address { get; }

    public LedgerMetrics Metrics { get; }

    /// <summary>The id of the chain; 0 before <see cref="ConnectAsync"/>.</summary>
    public long ChainId { get; private set; }

    /// <summary>The client; available after <see cref="ConnectAsync"/>.</summary>
    public IWeb3 Web3 => _web3 ?? throw new InvalidOperationException("Call ConnectAsync first.");

    /// <summary>Whether an exception means that the node cannot be reached, as opposed to an error response.</summary>
    public static bool IsUnreachable(Exception exception) =>
        exception is RpcClientTimeoutException or RpcClientUnknownException;

    /// <summary>Reads the id and the first block of the node's chain.</summary>
    public async Task<(long ChainId, string GenesisHash)> ConnectAsync()
    {
        var reader = new Web3(_client);
        var chainId = (long)(await reader.Eth.ChainId.SendRequestAsync()).Value;
        var genesis = await reader.Eth.Blocks.GetBlockWithTransactionsHashesByNumber.SendRequestAsync(new BlockParameter(0UL));
        if (_web3 is null || ChainId != chainId)
        {
            _web3 = new Web3(new Account(_privateKey, chainId), _client);
        }

        ChainId = chainId;
        return (chainId, genesis?.BlockHash ?? throw new InvalidDataException("The node returned no first block."));
    }

    /// <summary>The progress of the node. Does not need <see cref="ConnectAsync"/>.</summary>
    public async Task<ChainState> StateAsync()
    {
        var reader = new Web3(_client);
        var height = (long)(await reader.Eth.Blocks.GetBlockNumber.SendRequestAsync()).Value;
        var syncing = await reader.Eth.Syncing.SendRequestAsync();
        var behind = syncing is { IsSyncing: true, HighestBlock: { } highest, CurrentBlock: { } current }
            ? (long)(highest.Value - current.Value)
            : 0;
        return new ChainState(height, Math.Max(0, behind));
    }

    public async Task<long> BlockNumberAsync() =>
        (long)(await Web3.Eth.Blocks.GetBlockNumber.SendRequestAsync()).Value;

    /// <summary>The number of the account's mined transactions.</summary>
    public Task<long> MinedCountAsync() => CountAsync(BlockParameter.CreateLatest());

    /// <summary>The number of the account's transactions that are mined or pending: the next nonce.</summary>
    public Task<long> KnownCountAsync() => CountAsync(BlockParameter.CreatePending());

    /// <summary>
    /// Fees that remain sufficient until the base fee has doubled, which takes six full blocks (EIP-1559). The tip is the
    /// node's gas price above the base fee.
    /// </summary>
    public async Task<Fees> FeesAsync()
    {
        var latest = await Web3.Eth.Blocks.GetBlockWithTransactionsHashesByNumber
            .SendRequestAsync(BlockParameter.CreateLatest());
        var gasPrice = (await Web3.Eth.GasPrice.SendRequestAsync()).Value;
        if (latest?.BaseFeePerGas is not { } baseFee)
        {
            return new Fees(gasPrice, null, null);
        }

        var tip = BigInteger.Max(gasPrice - baseFee.Value, BigInteger.One);
        return new Fees(null, 2 * baseFee.Value + tip, tip);
    }

    /// <summary>Sends a signed transaction. A transaction that the node already has counts as sent.</summary>
    public async Task SendAsync(SignedTransaction transaction)
    {
        try
        {
            await Web3.Eth.Transactions.SendRawTransaction.SendRequestAsync(transaction.Raw);
        }
        catch (RpcResponseException exception) when (
            exception.Message.Contains("already known", StringComparison.OrdinalIgnoreCase)
            || exception.Message.Contains("already imported", StringComparison.OrdinalIgnoreCase))
        {
        }
    }

    /// <summary>The receipt of a transaction; null while it is not mined.</summary>
    public Task<TransactionReceipt?> ReceiptAsync(string transactionHash) =>
        Web3.Eth.Transactions.GetTransactionReceipt.SendRequestAsync(transactionHash);

    /// <summary>Whether the node has the transaction, mined or pending.</summary>
    public async Task<bool> IsKnownAsync(string transactionHash) =>
        await Web3.Eth.Transactions.GetTransactionByHash.SendRequestAsync(transactionHash) is not null;

    public void Dispose() => _http.Dispose();

    private async Task<long> CountAsync(BlockParameter block) =>
        (long)(await Web3.Eth.Transactions.GetTransactionCount.SendRequestAsync(Address, block)).Value;
}

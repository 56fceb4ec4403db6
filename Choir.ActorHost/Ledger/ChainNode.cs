using System.Numerics;
using Microsoft.Extensions.Options;
using Nethereum.JsonRpc.Client;
using Nethereum.RPC.Eth.DTOs;
using Nethereum.Web3;
using Nethereum.Web3.Accounts;

namespace Choir.ActorHost.Ledger;

/// <summary>What a unit of gas may cost, in wei; a gas price only where the chain has no EIP-1559.</summary>
internal sealed record Fees(BigInteger? GasPrice, BigInteger? MaxFeePerGas, BigInteger? MaxPriorityFeePerGas);

/// <summary>How far a node is.</summary>
/// <param name="Height">Its newest block's number.</param>
/// <param name="BlocksBehind">How many more the network has.</param>
internal sealed record ChainState(long Height, long BlocksBehind);

/// <summary>The Ethereum node, with Choir's account to sign for. Every call is bounded by <c>Chain:RpcTimeout</c>.</summary>
internal sealed class ChainNode : IDisposable
{
    private readonly HttpClient _http;
    private readonly RpcClient _client;
    private readonly string _privateKey;
    private IWeb3? _web3;

    public ChainNode(IOptions<ChainOptions> options, LedgerMetrics metrics)
    {
        Metrics = metrics;
        // The connection is not kept for ever, so that a node that moved behind its name is found again.
        var connections = new SocketsHttpHandler
        {
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            // No span of its own: LedgerTracing has one for each call.
            ActivityHeadersPropagator = null,
        };
        _http = new HttpClient(new LedgerTracing.ChainCalls(connections)) { Timeout = options.Value.RpcTimeout };
        _client = new RpcClient(options.Value.Url!, _http);
        _privateKey = options.Value.PrivateKey!;
        Address = new Account(_privateKey).Address;
    }

    /// <summary>Choir's account.</summary>
    public string Address { get; }

    /// <summary>What is measured of the calls.</summary>
    public LedgerMetrics Metrics { get; }

    /// <summary>The chain that the account signs for; 0 before <see cref="ConnectAsync"/>.</summary>
    public long ChainId { get; private set; }

    /// <summary>The calls of a chain that <see cref="ConnectAsync"/> has found.</summary>
    public IWeb3 Web3 => _web3 ?? throw new InvalidOperationException("Connect first.");

    /// <summary>Whether an exception means that the node is away, as against that it refuses something.</summary>
    public static bool IsAway(Exception exception) =>
        exception is RpcClientTimeoutException or RpcClientUnknownException;

    /// <summary>Finds out which chain is behind the address: its id and its first block.</summary>
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
        return (chainId, genesis?.BlockHash ?? throw new InvalidDataException("The node has no first block."));
    }

    /// <summary>How far the node is. Needs no connection before.</summary>
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

    /// <summary>The newest block's number.</summary>
    public async Task<long> BlockNumberAsync() =>
        (long)(await Web3.Eth.Blocks.GetBlockNumber.SendRequestAsync()).Value;

    /// <summary>How many of the account's transactions are mined.</summary>
    public Task<long> MinedCountAsync() => CountAsync(BlockParameter.CreateLatest());

    /// <summary>How many of the account's transactions the node knows: the next nonce.</summary>
    public Task<long> KnownCountAsync() => CountAsync(BlockParameter.CreatePending());

    /// <summary>
    /// Fees that last while the base fee doubles, which takes six full blocks (EIP-1559): the tip is what the node's gas
    /// price has above the base fee.
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

    /// <summary>Sends a signed transaction; one that the node has already is taken as sent.</summary>
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

    /// <summary>What became of a transaction; null while it is not mined.</summary>
    public Task<TransactionReceipt?> ReceiptAsync(string transactionHash) =>
        Web3.Eth.Transactions.GetTransactionReceipt.SendRequestAsync(transactionHash);

    /// <summary>Whether the node knows the transaction, mined or waiting.</summary>
    public async Task<bool> KnowsAsync(string transactionHash) =>
        await Web3.Eth.Transactions.GetTransactionByHash.SendRequestAsync(transactionHash) is not null;

    public void Dispose() => _http.Dispose();

    private async Task<long> CountAsync(BlockParameter block) =>
        (long)(await Web3.Eth.Transactions.GetTransactionCount.SendRequestAsync(Address, block)).Value;
}

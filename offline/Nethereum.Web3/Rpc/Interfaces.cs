using Nethereum.Hex.HexTypes;
using Nethereum.RPC.Eth;
using Nethereum.RPC.Eth.Blocks;
using Nethereum.RPC.Eth.DTOs;
using Nethereum.RPC.Eth.Services;
using Nethereum.RPC.Eth.Transactions;
using Nethereum.RPC.Infrastructure;

namespace Nethereum.RPC
{
    /// <summary>The <c>eth_…</c> calls.</summary>
    public interface IEthApiService
    {
        /// <summary><c>eth_chainId</c></summary>
        IEthChainId ChainId { get; }

        /// <summary><c>eth_syncing</c></summary>
        IEthSyncing Syncing { get; }

        /// <summary><c>eth_gasPrice</c></summary>
        IEthGasPrice GasPrice { get; }

        /// <summary><c>eth_getCode</c></summary>
        IEthGetCode GetCode { get; }

        /// <summary>Calls about blocks.</summary>
        IEthApiBlockService Blocks { get; }

        /// <summary>Calls about transactions.</summary>
        IEthApiTransactionsService Transactions { get; }
    }
}

namespace Nethereum.RPC.Infrastructure
{
    /// <summary>A call without parameters.</summary>
    public interface IGenericRpcRequestResponseHandlerNoParam<TResponse>
    {
        /// <summary>Calls the node; <paramref name="id"/> is not used.</summary>
        Task<TResponse> SendRequestAsync(object? id = null);
    }
}

namespace Nethereum.RPC.Eth
{
    /// <summary>The chain's identifier, as EIP-155 signatures name it.</summary>
    public interface IEthChainId : IGenericRpcRequestResponseHandlerNoParam<HexBigInteger>;

    /// <summary>The gas price that the node suggests, in wei.</summary>
    public interface IEthGasPrice : IGenericRpcRequestResponseHandlerNoParam<HexBigInteger>;

    /// <summary>How far the node has got.</summary>
    public interface IEthSyncing
    {
        /// <summary>Asks the node.</summary>
        Task<SyncingOutput> SendRequestAsync(object? id = null);
    }

    /// <summary>The code at an address.</summary>
    public interface IEthGetCode
    {
        /// <summary>The code at the newest block: <c>0x</c> where there is none.</summary>
        Task<string> SendRequestAsync(string address, object? id = null);
    }
}

namespace Nethereum.RPC.Eth.Services
{
    /// <summary>Calls about blocks.</summary>
    public interface IEthApiBlockService
    {
        /// <summary><c>eth_blockNumber</c></summary>
        IEthBlockNumber GetBlockNumber { get; }

        /// <summary><c>eth_getBlockByNumber</c>, with the hashes of the transactions only.</summary>
        IEthGetBlockWithTransactionsHashesByNumber GetBlockWithTransactionsHashesByNumber { get; }
    }

    /// <summary>Calls about transactions.</summary>
    public interface IEthApiTransactionsService
    {
        /// <summary><c>eth_getTransactionByHash</c></summary>
        IEthGetTransactionByHash GetTransactionByHash { get; }

        /// <summary><c>eth_getTransactionCount</c></summary>
        IEthGetTransactionCount GetTransactionCount { get; }

        /// <summary><c>eth_getTransactionReceipt</c></summary>
        IEthGetTransactionReceipt GetTransactionReceipt { get; }

        /// <summary><c>eth_sendRawTransaction</c></summary>
        IEthSendRawTransaction SendRawTransaction { get; }
    }
}

namespace Nethereum.RPC.Eth.Blocks
{
    /// <summary>The number of the newest block.</summary>
    public interface IEthBlockNumber : IGenericRpcRequestResponseHandlerNoParam<HexBigInteger>;

    /// <summary>A block by its number.</summary>
    public interface IEthGetBlockWithTransactionsHashesByNumber
    {
        /// <summary>The block; null if there is none of that number.</summary>
        Task<BlockWithTransactionHashes?> SendRequestAsync(BlockParameter blockParameter, object? id = null);
    }
}

namespace Nethereum.RPC.Eth.Transactions
{
    /// <summary>A transaction by its hash.</summary>
    public interface IEthGetTransactionByHash
    {
        /// <summary>The transaction; null if the node does not know it.</summary>
        Task<Transaction?> SendRequestAsync(string hashTransaction, object? id = null);
    }

    /// <summary>How many transactions an account has sent: its next nonce.</summary>
    public interface IEthGetTransactionCount
    {
        /// <summary>Asks the node.</summary>
        Task<HexBigInteger> SendRequestAsync(string address, BlockParameter block, object? id = null);
    }

    /// <summary>What became of a transaction.</summary>
    public interface IEthGetTransactionReceipt
    {
        /// <summary>The receipt; null while the transaction is not mined, or unknown.</summary>
        Task<TransactionReceipt?> SendRequestAsync(string transactionHash, object? id = null);
    }

    /// <summary>Sends a signed transaction.</summary>
    public interface IEthSendRawTransaction
    {
        /// <summary>The transaction's hash.</summary>
        Task<string> SendRequestAsync(string signedTransactionData, object? id = null);
    }
}

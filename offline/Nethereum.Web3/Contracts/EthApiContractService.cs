using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts.ContractHandlers;
using Nethereum.Contracts.CQS;
using Nethereum.JsonRpc.Client;
using Nethereum.RPC;
using Nethereum.RPC.Eth;
using Nethereum.RPC.Eth.Services;
using Nethereum.Web3.Accounts;

namespace Nethereum.Contracts.Services;

/// <summary>The <c>eth_…</c> calls, and contracts by typed messages.</summary>
public interface IEthApiContractService : IEthApiService
{
    /// <summary>An event of a contract.</summary>
    Event<TEventType> GetEvent<TEventType>(string contractAddress) where TEventType : IEventDTO, new();

    /// <summary>Deploys contracts.</summary>
    IContractDeploymentTransactionHandler<TContractDeploymentMessage>
        GetContractDeploymentHandler<TContractDeploymentMessage>()
        where TContractDeploymentMessage : ContractDeploymentMessage, new();

    /// <summary>Reads from contracts.</summary>
    IContractQueryHandler<TContractFunctionMessage> GetContractQueryHandler<TContractFunctionMessage>()
        where TContractFunctionMessage : FunctionMessage, new();

    /// <summary>Calls contracts in transactions.</summary>
    IContractTransactionHandler<TContractFunctionMessage> GetContractTransactionHandler<TContractFunctionMessage>()
        where TContractFunctionMessage : FunctionMessage, new();
}

internal sealed class EthApiContractService(IClient client, Account? account) : IEthApiContractService
{
    private readonly ContractCalls _contracts = new(client, account);

    public IEthChainId ChainId { get; } = new QuantityCall(client, "eth_chainId");

    public IEthSyncing Syncing { get; } = new SyncingCall(client);

    public IEthGasPrice GasPrice { get; } = new QuantityCall(client, "eth_gasPrice");

    public IEthGetCode GetCode { get; } = new CodeCall(client);

    public IEthApiBlockService Blocks { get; } = new BlockCalls(client);

    public IEthApiTransactionsService Transactions { get; } = new TransactionCalls(client);

    public Event<TEventType> GetEvent<TEventType>(string contractAddress) where TEventType : IEventDTO, new() =>
        new(client, contractAddress);

    public IContractDeploymentTransactionHandler<T> GetContractDeploymentHandler<T>()
        where T : ContractDeploymentMessage, new() => new DeploymentHandler<T>(_contracts);

    public IContractQueryHandler<T> GetContractQueryHandler<T>() where T : FunctionMessage, new() =>
        new FunctionHandler<T>(_contracts);

    public IContractTransactionHandler<T> GetContractTransactionHandler<T>() where T : FunctionMessage, new() =>
        new FunctionHandler<T>(_contracts);
}

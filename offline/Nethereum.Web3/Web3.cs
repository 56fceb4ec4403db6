using Nethereum.Contracts.Services;
using Nethereum.JsonRpc.Client;
using Nethereum.RPC.Accounts;

namespace Nethereum.Web3;

/// <summary>The entry point to an Ethereum node.</summary>
public interface IWeb3
{
    /// <summary>The <c>eth_…</c> calls and contracts.</summary>
    IEthApiContractService Eth { get; }
}

/// <inheritdoc cref="IWeb3"/>
public class Web3 : IWeb3
{
    /// <summary>Reads only: nothing can be signed.</summary>
    public Web3(IClient client) => Eth = new EthApiContractService(client, account: null);

    /// <summary>Signs locally with the account's key.</summary>
    public Web3(IAccount account, IClient client)
    {
        ArgumentNullException.ThrowIfNull(account);
        Eth = new EthApiContractService(client, (Accounts.Account)account);
    }

    /// <inheritdoc/>
    public IEthApiContractService Eth { get; }
}

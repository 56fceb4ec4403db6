using System.Security.Cryptography;
using System.Text;
using Choir.ActorHost.Ledger.Contract;
using Choir.Storage;

namespace Choir.ActorHost.Ledger;

/// <summary>Finds the contract on the node's chain, or has it deployed.</summary>
/// <remarks>
/// A chain is known by its id, and the contract by the code at its address. The first block is not asked for: a development
/// chain may have another one after each start.
/// </remarks>
internal sealed class LedgerContracts(ChainNode node, LedgerContractStore store, LedgerDeployment deployment)
{
    /// <summary>The contracts, after checking that their code is on the chain.</summary>
    public async Task<LedgerChain> AttachAsync(CancellationToken cancellation)
    {
        var chainId = await node.ConnectAsync();
        var stored = await store.ListAsync(chainId, cancellation);
        if (await FindAsync(stored, cancellation) is { } chain)
        {
            deployment.Reset();
            return chain;
        }

        await deployment.RunAsync(stored, cancellation);
        return await FindAsync(await store.ListAsync(chainId, cancellation), cancellation)
            ?? throw new LedgerProblemException(
                AnchorProblem.Deployment, "The contract is deployed, but the node does not return its code.");
    }

    private async Task<LedgerChain?> FindAsync(IReadOnlyList<StoredContract> stored, CancellationToken cancellation)
    {
        var found = new List<LedgerContract>();
        foreach (var contract in stored)
        {
            if (await IsOnChainAsync(contract, cancellation))
            {
                found.Add(new LedgerContract(node, contract));
            }
        }

        return found.Count == 0 ? null : new LedgerChain(found[0], found, [.. stored.Select(contract => contract.Id)]);
    }

    /// <summary>Whether the code at the address is that of the contract: another chain with the same id may have other code.</summary>
    private async Task<bool> IsOnChainAsync(StoredContract contract, CancellationToken cancellation)
    {
        if (await node.CodeAsync(contract.Address) is not { } code)
        {
            return false;
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(code.ToLowerInvariant())));
        if (contract.CodeHash is not null)
        {
            return contract.CodeHash == hash;
        }

        if (!ChoirLedgerDeployment.IsCode(code))
        {
            return false;
        }

        await deployment.MinedAsync(contract, hash, cancellation);
        return true;
    }
}

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
            if (await CodeAsync(contract, cancellation) is { } code)
            {
                found.Add(new LedgerContract(node, contract, ChoirLedgerDeployment.RecordsMany(code)));
            }
        }

        return found.Count == 0 ? null : new LedgerChain(found[0], found, [.. stored.Select(contract => contract.Id)]);
    }

    /// <summary>
    /// The code at the address; null if it is not that of the contract: another chain with the same id may have other code.
    /// </summary>
    private async Task<string?> CodeAsync(StoredContract contract, CancellationToken cancellation)
    {
        if (await node.CodeAsync(contract.Address) is not { } code)
        {
            return null;
        }

        var hash = ChoirLedgerDeployment.HashOf(code);
        if (contract.CodeHash is not null)
        {
            return contract.CodeHash == hash ? code : null;
        }

        if (!ChoirLedgerDeployment.IsCode(code))
        {
            return null;
        }

        await deployment.MinedAsync(contract, hash, cancellation);
        return code;
    }
}

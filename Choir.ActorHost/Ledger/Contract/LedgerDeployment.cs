using Choir.ActorHost.Ledger.Contract;
using Choir.ServiceDefaults.Ethereum;
using Choir.Storage;
using Microsoft.Extensions.Options;
using Nethereum.JsonRpc.Client;
using Nethereum.RPC.Eth.DTOs;
using Nethereum.Util;

namespace Choir.ActorHost.Ledger;

/// <summary>
/// Deploys the contract. The transaction is stored before it is sent, and looked for again after a timeout or a restart, so
/// that a chain does not get a second contract.
/// </summary>
internal sealed class LedgerDeployment(
    ChainNode node, LedgerContractStore store, IOptions<ChainOptions> options, TimeProvider time,
    ILogger<LedgerDeployment> logger)
{
    private const int LooksAtMissingCode = 3;

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);

    // How often no stored contract had its code on the chain.
    private int _missing;

    // The deployment that was not mined in time: later rounds look at it once, and do not wait again.
    private string? _late;

    /// <summary>Waits until a contract has its code on the chain.</summary>
    /// <param name="stored">The stored contracts of the chain, none of which has code on it.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    public async Task RunAsync(IReadOnlyList<StoredContract> stored, CancellationToken cancellation)
    {
        // A node that has not reached the contract's block yet has no code either.
        if (stored.Count > 0 && await node.IsSyncingAsync())
        {
            throw new LedgerProblemException(
                AnchorProblem.Deployment,
                "The node is still synchronising and does not have the contract yet. Anchoring waits for it.");
        }

        if (stored.FirstOrDefault(one => one.Deployment is not null) is not { } contract)
        {
            RequireThatItIsGone(stored);
            contract = await StartAsync(cancellation);
        }

        var startedAt = time.GetTimestamp();
        // A development chain mines at once: the second look finds the contract.
        for (var looks = 1; await LookAsync(contract, startedAt, cancellation) is { } waiting; looks++)
        {
            contract = waiting;
            if (looks > 1)
            {
                await Task.Delay(LookInterval, time, cancellation);
            }
        }
    }

    /// <summary>Forgets what was observed while no stored contract had its code on the chain.</summary>
    public void Reset() => (_missing, _late) = (0, null);

    /// <summary>Stores, measures and logs that a contract is on the chain.</summary>
    public async Task MinedAsync(StoredContract contract, string codeHash, CancellationToken cancellation)
    {
        var receipt = contract.Deployment is { } sent ? await node.ReceiptAsync(sent.Hash) : null;
        // Null if another host stored it first. Then that host measures and logs.
        if (await store.MarkDeployedAsync(contract, codeHash, cancellation) is { } elapsed)
        {
            node.Metrics.TransactionEnded(LedgerMetrics.Deploy, "ok", contract.Deployment is null ? null : elapsed);
            node.Metrics.GasUsed(LedgerMetrics.Deploy, (long?)receipt?.GasUsed.Value);
            logger.LedgerContractDeployed(
                contract.Address, node.ChainId, (long?)receipt?.BlockNumber.Value ?? contract.DeployedBlock);
        }
    }

    /// <summary>One of the nodes behind an address may not have the newest blocks: one answer without code proves nothing.</summary>
    private void RequireThatItIsGone(IReadOnlyList<StoredContract> stored)
    {
        if (stored.Count > 0 && ++_missing < LooksAtMissingCode)
        {
            throw new NodeAnswerException(
                $"The node has no code at the contract's address {stored[0].Address}. It is asked again before the contract is deployed again.");
        }
    }

    /// <summary>Looks at the deployment once. Returns null when the contract is on the chain.</summary>
    private async Task<StoredContract?> LookAsync(StoredContract contract, long startedAt, CancellationToken cancellation)
    {
        var sent = contract.Deployment!;
        var mined = await node.MinedCountAsync();
        var receipt = await node.ReceiptAsync(sent.Hash);
        if (receipt?.HasErrors() == true)
        {
            await EndedAsync(contract, "error", startedAt, cancellation);
            node.Metrics.GasUsed(LedgerMetrics.Deploy, (long)receipt.GasUsed.Value);
            throw new LedgerProblemException(AnchorProblem.Deployment, $"The deployment {sent.Hash} was reverted.");
        }

        if (await node.CodeAsync(contract.Address) is { } code && ChoirLedgerDeployment.IsCode(code))
        {
            return null;
        }

        if (sent.Nonce == mined && receipt is null)
        {
            contract = await SendAsync(contract, cancellation);
        }

        if (_late == contract.Address || time.GetElapsedTime(startedAt) > options.Value.DeploymentTimeout)
        {
            await IsLateAsync(contract, mined, isMined: receipt is not null, startedAt, cancellation);
        }

        return contract;
    }

    private async Task IsLateAsync(
        StoredContract contract, long mined, bool isMined, long startedAt, CancellationToken cancellation)
    {
        if (contract.Deployment!.Nonce != mined && !isMined)
        {
            await EndedAsync(contract, "unknown", startedAt, cancellation);
            throw new LedgerProblemException(
                AnchorProblem.Deployment,
                contract.Deployment.Nonce < mined
                    ? $"Another transaction of the account {node.Address} has used the nonce of the deployment. The contract is deployed again. Use the account for Choir only."
                    : "The chain has returned to an older state. The contract is deployed again.");
        }

        if (_late != contract.Address)
        {
            _late = contract.Address;
            node.Metrics.TransactionEnded(LedgerMetrics.Deploy, "timeout", time.GetElapsedTime(startedAt));
        }

        throw new LedgerProblemException(
            AnchorProblem.Deployment,
            isMined
                ? $"The node has mined the deployment {contract.Deployment.Hash}, but does not have the contract's code at {contract.Address}. Anchoring starts when it has."
                : $"The deployment {contract.Deployment.Hash} of the account {node.Address} is not mined yet. Anchoring starts when it is.");
    }

    /// <summary>Signs and stores a deployment with the next nonce. Returns it, or that of another host.</summary>
    private async Task<StoredContract> StartAsync(CancellationToken cancellation)
    {
        var head = await node.HeadAsync();
        var nonce = await node.MinedCountAsync();
        var address = ContractUtils.CalculateContractAddress(node.Address, nonce).ToLowerInvariant();
        var signed = await SignAsync(nonce, await node.FeesAsync(head));
        await store.AddAsync(node.ChainId, address, head.Number, signed, cancellation);
        var stored = await store.ListAsync(node.ChainId, cancellation);
        return stored.FirstOrDefault(contract => contract.Address == address && contract.Deployment is not null)
            ?? throw new InvalidOperationException("Another host has deployed the contract.");
    }

    /// <summary>Sends the deployment unless the node has it, with higher fees if those that it offers are too low.</summary>
    private async Task<StoredContract> SendAsync(StoredContract contract, CancellationToken cancellation)
    {
        var sent = contract.Deployment!;
        if (await node.IsKnownAsync(sent.Hash))
        {
            return await node.IsFeeTooLowAsync(sent, await node.HeadAsync()) ? await RaiseAsync(contract, cancellation) : contract;
        }

        try
        {
            await node.SendAsync(sent);
            node.Metrics.Called(LedgerMetrics.ConstructorMethod);
            return contract;
        }
        catch (RpcResponseException exception) when (Refusals.Of(exception) == Refusal.FeeTooLow)
        {
            return await RaiseAsync(contract, cancellation);
        }
        catch (RpcResponseException exception) when (Refusals.Of(exception) == Refusal.NonceUsed)
        {
            return contract;
        }
        catch (RpcResponseException exception)
        {
            throw exception.ToProblem(node);
        }
    }

    private async Task<StoredContract> RaiseAsync(StoredContract contract, CancellationToken cancellation)
    {
        var fees = await node.FeesAboveAsync(contract.Deployment!);
        var signed = await SignAsync(contract.Deployment!.Nonce, fees);
        return await store.ReplaceAsync(contract, signed, cancellation) ? contract with { Deployment = signed } : contract;
    }

    private async Task<SignedTransaction> SignAsync(long nonce, Fees fees)
    {
        var handler = node.Web3.Eth.GetContractDeploymentHandler<ChoirLedgerDeployment>();
        var message = new ChoirLedgerDeployment();
        message.Gas = LedgerContract.WithReserve(
            NodeNumbers.Present(await handler.EstimateGasAsync(message), "eth_estimateGas"), fees);
        LedgerContract.SetNonceAndFees(message, nonce, fees);
        return LedgerContract.ToSigned(await handler.SignTransactionAsync(message), nonce);
    }

    private async Task EndedAsync(
        StoredContract contract, string outcome, long startedAt, CancellationToken cancellation)
    {
        _late = null;
        node.Metrics.TransactionEnded(LedgerMetrics.Deploy, outcome, time.GetElapsedTime(startedAt));
        await store.AbandonAsync(contract, cancellation);
    }
}

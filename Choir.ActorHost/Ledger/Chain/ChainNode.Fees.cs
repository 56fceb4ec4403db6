using System.Numerics;
using Choir.ServiceDefaults.Ethereum;
using Choir.Storage;

namespace Choir.ActorHost.Ledger;

/// <content>What the chain asks for a unit of gas.</content>
internal sealed partial class ChainNode
{
    private BigInteger _gasPrice;
    private string? _gasPriceAt;

    /// <summary>
    /// Fees that remain sufficient until the base fee has doubled, which takes six full blocks (EIP-1559), up to
    /// <c>Chain:MaxFeePerGas</c>. The tip is the node's gas price above the base fee.
    /// </summary>
    /// <param name="head">The newest block; null to read it.</param>
    /// <exception cref="LedgerProblemException">Even the lowest sufficient fee is above the limit.</exception>
    public async Task<Fees> FeesAsync(ChainHead? head = null)
    {
        head ??= await HeadAsync();
        var gasPrice = await _client.QuantityAsync("eth_gasPrice");
        if (head.BaseFee is not { } baseFee)
        {
            RequireAffordable(gasPrice);
            return new Fees(gasPrice, null, null) { BlockGasLimit = head.GasLimit };
        }

        var tip = BigInteger.Max(gasPrice - baseFee, BigInteger.One);
        RequireAffordable(baseFee + BigInteger.One);
        var limit = BigInteger.Min(2 * baseFee + tip, _maxFee);
        return new Fees(null, limit, BigInteger.Min(tip, limit - baseFee)) { BlockGasLimit = head.GasLimit };
    }

    /// <summary>Fees of a transaction that replaces another one under its nonce.</summary>
    /// <exception cref="LedgerProblemException">They are above the limit.</exception>
    public async Task<Fees> FeesAboveAsync(SignedTransaction transaction)
    {
        var fees = (await FeesAsync()).Above(Fees.Of(transaction));
        RequireAffordable(fees.Limit);
        return fees;
    }

    /// <summary>
    /// Whether the next block cannot contain the transaction because of its fees. On a chain without EIP-1559 no block says
    /// so: there, when the node recommends at least half as much again.
    /// </summary>
    public async Task<bool> IsFeeTooLowAsync(SignedTransaction transaction, ChainHead head)
    {
        var offered = Fees.Of(transaction).Limit;
        return head.BaseFee is { } baseFee ? offered < baseFee : await GasPriceAsync(head) * 2 > offered * 3;
    }

    // Asked once a block, not once a transaction.
    private async Task<BigInteger> GasPriceAsync(ChainHead head)
    {
        if (_gasPriceAt != head.Hash)
        {
            (_gasPrice, _gasPriceAt) = (await _client.QuantityAsync("eth_gasPrice"), head.Hash);
        }

        return _gasPrice;
    }

    private void RequireAffordable(BigInteger fee)
    {
        if (fee > _maxFee)
        {
            throw new LedgerProblemException(
                AnchorProblem.FeeLimit,
                $"A unit of gas costs {Fees.ToGwei(fee)} gwei on chain {ChainId}, and Chain:MaxFeePerGas allows {Fees.ToGwei(_maxFee)}. Anchoring continues when the fees fall, or when you raise the setting and restart the actor hosts.");
        }
    }
}

using System.Numerics;
using Choir.ActorHost.Ledger;
using Nethereum.JsonRpc.Client;

namespace Choir.Tests.Unit.Ledger;

public sealed class FeesTests
{
    [Theory]
    [InlineData(100, 10, 50, 5, 113, 12)]
    [InlineData(100, 10, 500, 50, 500, 50)]
    [InlineData(0, 0, 1, 1, 1, 1)]
    public void Fees_of_a_replacement_are_at_least_an_eighth_higher(
        int offeredLimit, int offeredTip, int wantedLimit, int wantedTip, int limit, int tip)
    {
        var fees = new Fees(null, wantedLimit, wantedTip).Above(new Fees(null, offeredLimit, offeredTip));
        Assert.Equal((limit, tip), ((int)fees.MaxFeePerGas!, (int)fees.MaxPriorityFeePerGas!));
    }

    [Fact]
    public void A_price_without_EIP_1559_is_raised_too() =>
        Assert.Equal(new BigInteger(113), new Fees(50, null, null).Above(new Fees(100, null, null)).GasPrice);

    [Theory]
    [InlineData("insufficient funds for gas * price + value: balance 0, tx cost 1, overshot 1", Refusal.NoFunds)]
    [InlineData("Insufficient funds for gas * price + value", Refusal.NoFunds)]
    [InlineData("Sender doesn't have enough funds to send tx. The max upfront cost is: 1 and the sender's balance is: 0.", Refusal.NoFunds)]
    [InlineData("Upfront cost exceeds account balance", Refusal.NoFunds)]
    [InlineData("InsufficientFunds, Account balance: 0, cumulative cost: 1", Refusal.NoFunds)]
    [InlineData("nonce too low: next nonce 5, tx nonce 4", Refusal.NonceUsed)]
    [InlineData("Nonce too low. Expected nonce to be 5 but got 4.", Refusal.NonceUsed)]
    [InlineData("the tx doesn't have the correct nonce. account has nonce of: 5 tx has nonce of: 4", Refusal.NonceUsed)]
    [InlineData("replacement transaction underpriced", Refusal.FeeTooLow)]
    [InlineData("Transaction maxFeePerGas (1) is too low for the next block, which has a baseFeePerGas of 2", Refusal.FeeTooLow)]
    [InlineData("max fee per gas less than block base fee", Refusal.FeeTooLow)]
    [InlineData("FeeTooLowToCompete", Refusal.FeeTooLow)]
    [InlineData("txpool is full", Refusal.Other)]
    public void Refusals_are_recognised_by_the_words_of_several_clients(string message, object refusal) =>
        Assert.Equal(refusal, Refusals.Of(new RpcResponseException(new RpcError(-32000, message))));
}

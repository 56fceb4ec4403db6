using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Choir.ActorHost.Ledger.Contract;
using Choir.ServiceDefaults.Ethereum;
using Choir.Storage;
using Nethereum.ABI.FunctionEncoding;
using Nethereum.Contracts;
using Nethereum.Contracts.CQS;
using Nethereum.Hex.HexConvertors.Extensions;
using Nethereum.RPC.Eth.DTOs;
using Nethereum.Util;

namespace Choir.ActorHost.Ledger;

/// <summary>The deployed <c>ChoirLedger</c>.</summary>
internal sealed class LedgerContract(ChainNode node, StoredContract stored)
{
    public StoredContract Stored { get; } = stored;

    private string Address => Stored.Address;

    /// <summary>Whether an exception means that the contract reverts the call.</summary>
    public static bool IsRevert(Exception exception) =>
        exception is SmartContractRevertException or SmartContractCustomErrorRevertException;

    /// <summary>The gas limit of <c>record</c> for a cycle. Throws if the transaction would be reverted.</summary>
    public async Task<BigInteger> GasOfRecordAsync(PendingCycle cycle, Fees fees)
    {
        // Without fees: with them, a node limits the gas by the account's balance, and reports an empty account as "gas exceeded".
        var handler = node.Web3.Eth.GetContractTransactionHandler<RecordFunction>();
        return WithReserve(
            NodeNumbers.Present(await handler.EstimateGasAsync(Address, RecordOf(cycle)), "eth_estimateGas"), fees);
    }

    /// <summary>Signs <c>record</c> for a cycle.</summary>
    /// <param name="cycle">The cycle.</param>
    /// <param name="gas">The result of <see cref="GasOfRecordAsync"/>.</param>
    /// <param name="nonce">The transaction's nonce.</param>
    /// <param name="fees">The transaction's fees.</param>
    public async Task<SignedTransaction> SignRecordAsync(PendingCycle cycle, BigInteger gas, long nonce, Fees fees)
    {
        var message = RecordOf(cycle);
        message.Gas = gas;
        SetNonceAndFees(message, nonce, fees);
        var handler = node.Web3.Eth.GetContractTransactionHandler<RecordFunction>();
        return ToSigned(await handler.SignTransactionAsync(Address, message), nonce);
    }

    /// <summary>Whether the contract has recorded the cycle.</summary>
    public Task<bool> IsRecordedAsync(PendingCycle cycle)
    {
        node.Metrics.Called(LedgerMetrics.RecordedMethod);
        return node.Web3.Eth.GetContractQueryHandler<RecordedFunction>().QueryAsync<bool>(
            Address, new RecordedFunction { CycleHash = cycle.CycleHash.HexToByteArray() });
    }

    /// <summary>The transactions that recorded the cycle in a range of blocks, by their events.</summary>
    public async Task<IReadOnlyList<string>> ListRecordsAsync(PendingCycle cycle, long fromBlock, long toBlock)
    {
        var events = node.Web3.Eth.GetEvent<CycleRecordedEvent>(Address);
        object[] hash = [cycle.CycleHash.HexToByteArray()];
        var found = await events.GetAllChangesAsync(events.CreateFilterInput(
            hash, new BlockParameter((ulong)fromBlock), new BlockParameter((ulong)toBlock)));
        return [.. found.Select(record => record.Log.TransactionHash).OfType<string>()];
    }

    /// <summary>The anchor in a receipt; null if the transaction did not record the cycle.</summary>
    public Anchor? Read(TransactionReceipt receipt, PendingCycle cycle)
    {
        var hash = cycle.CycleHash.HexToByteArray();
        // An address without code accepts every transaction and emits no event: success alone does not prove the record.
        return receipt.HasErrors() != true && receipt.DecodeAllEvents<CycleRecordedEvent>().Any(recorded =>
            recorded.Event.CycleHash.AsSpan().SequenceEqual(hash)
            && string.Equals(recorded.Log.Address, Address, StringComparison.OrdinalIgnoreCase))
            ? AnchorOf(receipt)
            : null;
    }

    /// <summary>
    /// The gas limit of a transaction: the estimate and a quarter, because the estimate is for the state of the newest block,
    /// not of the block that will contain the transaction; at most what a block may use.
    /// </summary>
    internal static BigInteger WithReserve(BigInteger estimate, Fees fees) =>
        fees.BlockGasLimit is { } limit && limit >= estimate ? BigInteger.Min(estimate * 5 / 4, limit) : estimate * 5 / 4;

    internal static void SetNonceAndFees(ContractMessageBase message, long nonce, Fees fees)
    {
        message.Nonce = nonce;
        message.GasPrice = fees.GasPrice;
        message.MaxFeePerGas = fees.MaxFeePerGas;
        message.MaxPriorityFeePerGas = fees.MaxPriorityFeePerGas;
    }

    internal static SignedTransaction ToSigned(string raw, long nonce)
    {
        var digits = raw.StartsWith("0x", StringComparison.Ordinal) ? raw[2..] : raw;
        return new SignedTransaction(nonce, "0x" + TransactionUtils.CalculateTransactionHash(digits), "0x" + digits);
    }

    // The thread is recorded as the SHA-256 of its id as text, the author is Choir's account.
    private RecordFunction RecordOf(PendingCycle cycle) => new()
    {
        CycleHash = cycle.CycleHash.HexToByteArray(),
        ThreadHash = SHA256.HashData(Encoding.UTF8.GetBytes(cycle.ThreadId.ToString())),
        Author = node.Address,
    };

    private static Anchor AnchorOf(TransactionReceipt receipt) =>
        new(receipt.TransactionHash, (long)receipt.BlockNumber.Value, receipt.BlockHash, (long)receipt.GasUsed.Value);
}

using System.Security.Cryptography;
using System.Text;
using Choir.ActorHost.Ledger.Contract;
using Nethereum.ABI.FunctionEncoding;
using Nethereum.Contracts;
using Nethereum.Contracts.CQS;
using Nethereum.Hex.HexConvertors.Extensions;
using Nethereum.RPC.Eth.DTOs;
using Nethereum.Util;

namespace Choir.ActorHost.Ledger;

/// <summary>The deployed <c>ChoirLedger</c>.</summary>
/// <param name="node">The node.</param>
/// <param name="id">Its row in <c>ledger_contract</c>.</param>
/// <param name="address">Where it is.</param>
/// <param name="deployedBlock">The block from which on it can have emitted events.</param>
internal sealed class LedgerContract(ChainNode node, long id, string address, long deployedBlock)
{
    public long Id => id;

    public string Address => address;

    /// <summary>Whether an exception means that the contract reverts the call, for whatever reason.</summary>
    public static bool IsRevert(Exception exception) =>
        exception is SmartContractRevertException or SmartContractCustomErrorRevertException;

    /// <summary>Signs <c>record</c> for a cycle; reverts as the transaction would.</summary>
    /// <remarks>The thread goes on the chain as the SHA-256 of its id as text, the author is Choir's account.</remarks>
    public async Task<SignedTransaction> SignRecordAsync(PendingCycle cycle, long nonce, Fees fees)
    {
        var handler = node.Web3.Eth.GetContractTransactionHandler<RecordFunction>();
        var message = new RecordFunction
        {
            CycleHash = cycle.CycleHash.HexToByteArray(),
            ThreadHash = SHA256.HashData(Encoding.UTF8.GetBytes(cycle.ThreadId.ToString())),
            Author = node.Address,
        };
        // Before the fees are set: with them, a node takes the account's balance for the limit, and says of an empty
        // account that gas is exceeded. A quarter more, since an estimate is for the newest block's state and not for
        // that of the block which will hold it.
        message.Gas = (await handler.EstimateGasAsync(address, message)).Value * 5 / 4;
        Price(message, nonce, fees);
        return Signed(await handler.SignTransactionAsync(address, message), nonce);
    }

    /// <summary>Whether the contract has the cycle.</summary>
    public Task<bool> IsRecordedAsync(PendingCycle cycle)
    {
        node.Metrics.Called(LedgerMetrics.RecordedMethod);
        return node.Web3.Eth.GetContractQueryHandler<RecordedFunction>().QueryAsync<bool>(
            address, new RecordedFunction { CycleHash = cycle.CycleHash.HexToByteArray() });
    }

    /// <summary>The transaction that recorded the cycle, by its event; null if none did.</summary>
    public async Task<Anchor?> FindAsync(PendingCycle cycle)
    {
        var events = node.Web3.Eth.GetEvent<CycleRecordedEvent>(address);
        object[] hash = [cycle.CycleHash.HexToByteArray()];
        var found = await events.GetAllChangesAsync(
            events.CreateFilterInput(hash, new BlockParameter((ulong)deployedBlock), BlockParameter.CreateLatest()));
        if (found.Count == 0)
        {
            return null;
        }

        return await node.ReceiptAsync(found[0].Log.TransactionHash!) is { } receipt ? AnchorOf(receipt) : null;
    }

    /// <summary>The anchor that a receipt is of; null if the transaction did not record the cycle.</summary>
    public Anchor? Read(TransactionReceipt receipt, PendingCycle cycle)
    {
        var hash = cycle.CycleHash.HexToByteArray();
        // An address without code takes every transaction and emits nothing: success alone does not say it is recorded.
        return receipt.HasErrors() != true && receipt.DecodeAllEvents<CycleRecordedEvent>().Any(recorded =>
            recorded.Event.CycleHash.AsSpan().SequenceEqual(hash)
            && string.Equals(recorded.Log.Address, address, StringComparison.OrdinalIgnoreCase))
            ? AnchorOf(receipt)
            : null;
    }

    /// <summary>Sets nonce and fees.</summary>
    internal static void Price(ContractMessageBase message, long nonce, Fees fees)
    {
        message.Nonce = nonce;
        message.GasPrice = fees.GasPrice;
        message.MaxFeePerGas = fees.MaxFeePerGas;
        message.MaxPriorityFeePerGas = fees.MaxPriorityFeePerGas;
    }

    /// <summary>A signed transaction with its hash.</summary>
    internal static SignedTransaction Signed(string raw, long nonce)
    {
        var digits = raw.StartsWith("0x", StringComparison.Ordinal) ? raw[2..] : raw;
        return new SignedTransaction(nonce, "0x" + TransactionUtils.CalculateTransactionHash(digits), "0x" + digits);
    }

    private static Anchor AnchorOf(TransactionReceipt receipt) =>
        new(receipt.TransactionHash, (long)receipt.BlockNumber.Value, (long)receipt.GasUsed.Value);
}

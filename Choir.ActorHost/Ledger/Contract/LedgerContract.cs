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
/// <param name="node">The node.</param>
/// <param name="stored">Where it is.</param>
/// <param name="recordsMany">Whether one transaction can record several cycles. An earlier version of Choir deployed contracts that cannot.</param>
internal sealed class LedgerContract(ChainNode node, StoredContract stored, bool recordsMany)
{
    public StoredContract Stored { get; } = stored;

    public bool RecordsMany { get; } = recordsMany;

    private string Address => Stored.Address;

    /// <summary>Whether an exception means that the contract reverts the call.</summary>
    public static bool IsRevert(Exception exception) =>
        exception is SmartContractRevertException or SmartContractCustomErrorRevertException;

    /// <summary>
    /// The gas limit of a transaction that records cycles. Throws if it would be reverted, as that of one recorded cycle is;
    /// of several, the recorded ones are left out.
    /// </summary>
    public Task<BigInteger> GasOfRecordAsync(IReadOnlyList<PendingCycle> cycles, Fees fees) =>
        cycles.Count == 1 ? EstimateAsync(RecordOf(cycles[0]), fees) : EstimateAsync(RecordOf(cycles), fees);

    /// <summary>Signs a transaction that records cycles.</summary>
    /// <param name="cycles">The cycles.</param>
    /// <param name="gas">The result of <see cref="GasOfRecordAsync"/>.</param>
    /// <param name="nonce">The transaction's nonce.</param>
    /// <param name="fees">The transaction's fees.</param>
    public Task<SignedTransaction> SignRecordAsync(
        IReadOnlyList<PendingCycle> cycles, BigInteger gas, long nonce, Fees fees) =>
        cycles.Count == 1 ? SignAsync(RecordOf(cycles[0]), gas, nonce, fees) : SignAsync(RecordOf(cycles), gas, nonce, fees);

    /// <summary>Whether the contract has recorded the cycle.</summary>
    public Task<bool> IsRecordedAsync(PendingCycle cycle)
    {
        node.Metrics.Called(LedgerMetrics.RecordedMethod);
        return node.Web3.Eth.GetContractQueryHandler<RecordedFunction>().QueryAsync<bool>(
            Address, new RecordedFunction { CycleHash = HashOf(cycle) });
    }

    /// <summary>Those of several cycles that the contract has recorded. It must have <c>recordMany</c>.</summary>
    public async Task<IReadOnlyList<PendingCycle>> ListRecordedAsync(IReadOnlyList<PendingCycle> cycles)
    {
        node.Metrics.Called(LedgerMetrics.RecordedManyMethod);
        var are = await node.Web3.Eth.GetContractQueryHandler<RecordedManyFunction>().QueryAsync<List<bool>>(
            Address, new RecordedManyFunction { CycleHashes = [.. cycles.Select(HashOf)] });
        return are?.Count == cycles.Count
            ? [.. cycles.Where((_, at) => are[at])]
            : throw new NodeAnswerException("The node answered recordedMany not with one value for each cycle.");
    }

    /// <summary>The transactions that recorded the cycle in a range of blocks, by their events.</summary>
    public async Task<IReadOnlyList<string>> ListRecordsAsync(PendingCycle cycle, long fromBlock, long toBlock)
    {
        var events = node.Web3.Eth.GetEvent<CycleRecordedEvent>(Address);
        object[] hash = [HashOf(cycle)];
        var found = await events.GetAllChangesAsync(events.CreateFilterInput(
            hash, new BlockParameter((ulong)fromBlock), new BlockParameter((ulong)toBlock)));
        return [.. found.Select(record => record.Log.TransactionHash).OfType<string>()];
    }

    /// <summary>The anchor of a cycle in a receipt; null if the transaction did not record it.</summary>
    public Anchor? Read(TransactionReceipt receipt, PendingCycle cycle) => Read(receipt).GetValueOrDefault(cycle.CycleHash);

    /// <summary>
    /// The anchors in a receipt, by the hash of the cycle. The gas of the transaction is divided among them; the first ones have what
    /// remains, so that the sum is that of the transaction.
    /// </summary>
    public IReadOnlyDictionary<string, Anchor> Read(TransactionReceipt receipt)
    {
        // An address without code accepts every transaction and emits no event: success alone does not prove the record.
        List<string> recorded = receipt.HasErrors() == true
            ? []
            : [.. receipt.DecodeAllEvents<CycleRecordedEvent>()
                .Where(one => string.Equals(one.Log.Address, Address, StringComparison.OrdinalIgnoreCase))
                .Select(one => one.Event.CycleHash.ToHex(prefix: true)).Distinct()];
        var gas = (long)receipt.GasUsed.Value;
        return recorded.Select((hash, at) => (Hash: hash, Gas: (gas / recorded.Count) + (at < gas % recorded.Count ? 1 : 0)))
            .ToDictionary(one => one.Hash, one => new Anchor(
                receipt.TransactionHash, (long)receipt.BlockNumber.Value, receipt.BlockHash, one.Gas));
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

    private static byte[] HashOf(PendingCycle cycle) => cycle.CycleHash.HexToByteArray();

    // The thread is recorded as the SHA-256 of its id as text.
    private static byte[] ThreadHashOf(PendingCycle cycle) =>
        SHA256.HashData(Encoding.UTF8.GetBytes(cycle.ThreadId.ToString()));

    // The author is Choir's account.
    private RecordFunction RecordOf(PendingCycle cycle) =>
        new() { CycleHash = HashOf(cycle), ThreadHash = ThreadHashOf(cycle), Author = node.Address };

    private RecordManyFunction RecordOf(IReadOnlyList<PendingCycle> cycles) => new()
    {
        CycleHashes = [.. cycles.Select(HashOf)],
        ThreadHashes = [.. cycles.Select(ThreadHashOf)],
        Author = node.Address,
    };

    private async Task<BigInteger> EstimateAsync<TFunction>(TFunction message, Fees fees)
        where TFunction : FunctionMessage, new()
    {
        // Without fees: with them, a node limits the gas by the account's balance, and reports an empty account as "gas exceeded".
        var estimate = await node.Web3.Eth.GetContractTransactionHandler<TFunction>().EstimateGasAsync(Address, message);
        return WithReserve(NodeNumbers.Present(estimate, "eth_estimateGas"), fees);
    }

    private async Task<SignedTransaction> SignAsync<TFunction>(TFunction message, BigInteger gas, long nonce, Fees fees)
        where TFunction : FunctionMessage, new()
    {
        message.Gas = gas;
        SetNonceAndFees(message, nonce, fees);
        return ToSigned(
            await node.Web3.Eth.GetContractTransactionHandler<TFunction>().SignTransactionAsync(Address, message), nonce);
    }
}

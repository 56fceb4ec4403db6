namespace Choir.Storage;

/// <summary>A cycle in the outbox.</summary>
/// <param name="CycleId">The cycle.</param>
/// <param name="ThreadId">Its thread.</param>
/// <param name="CycleHash"><c>0x</c> and 64 lower-case hexadecimal digits.</param>
/// <param name="Attempts">How many attempts failed.</param>
/// <param name="TraceParent">The W3C traceparent of the message that submitted it; null if it had none.</param>
/// <param name="EarlierHashes">Its earlier transactions, any of which may have recorded it.</param>
/// <param name="HasError">Whether a reason is stored why an attempt failed.</param>
public sealed record PendingCycle(
    Guid CycleId, Guid ThreadId, string CycleHash, int Attempts, string? TraceParent, IReadOnlyList<string> EarlierHashes,
    bool HasError);

/// <summary>A transaction that is signed, and sent or about to be sent, with the cycles that wait for it.</summary>
/// <param name="Transaction">The transaction.</param>
/// <param name="ContractId">The contract that the transaction calls.</param>
/// <param name="Cycles">The cycles that it records and that are not confirmed.</param>
/// <param name="Due">Those of them that are to be looked at now, and not later after a failure.</param>
public sealed record SubmittedTransaction(
    SignedTransaction Transaction, long ContractId, IReadOnlyList<PendingCycle> Cycles, IReadOnlyList<PendingCycle> Due);

/// <summary>A confirmed cycle.</summary>
/// <param name="Cycle">The cycle.</param>
/// <param name="ContractId">The contract that recorded it.</param>
/// <param name="TransactionHash">The transaction that recorded it.</param>
/// <param name="BlockNumber">The block of the transaction.</param>
/// <param name="BlockHash">The hash of the block; null if an older version of Choir confirmed it.</param>
public sealed record AnchoredCycle(
    PendingCycle Cycle, long ContractId, string TransactionHash, long BlockNumber, string? BlockHash);

/// <summary>A signed transaction.</summary>
/// <param name="Nonce">The account's nonce.</param>
/// <param name="Hash">The transaction's hash, with <c>0x</c>.</param>
/// <param name="Raw">The bytes to send, as hexadecimal digits with <c>0x</c>.</param>
public sealed record SignedTransaction(long Nonce, string Hash, string Raw);

/// <summary>How long a cycle took until it was confirmed or failed.</summary>
/// <param name="CycleId">The cycle.</param>
/// <param name="SinceSubmission">Since its transaction was stored as submitted; null if it has none.</param>
/// <param name="SinceAcceptance">
/// Since the input was accepted; null if the cycle was confirmed before, or its thread is not in this database.
/// </param>
public sealed record OutboxTimes(Guid CycleId, TimeSpan? SinceSubmission, TimeSpan? SinceAcceptance);

/// <summary>The length and age of the outbox.</summary>
/// <param name="Pending">How many cycles are neither confirmed nor failed.</param>
/// <param name="Oldest">The age of the oldest of them; zero if there is none.</param>
/// <param name="Stuck">How many of them are stuck, by reason (<see cref="AnchorProblem"/>).</param>
public sealed record OutboxState(long Pending, TimeSpan Oldest, IReadOnlyDictionary<string, long> Stuck);

/// <summary>Where on the chain a cycle is recorded.</summary>
/// <param name="TransactionHash">The transaction, with <c>0x</c>.</param>
/// <param name="BlockNumber">Its block.</param>
/// <param name="BlockHash">The hash of the block.</param>
/// <param name="GasUsed">The gas that it used; the cycle's share if it recorded several.</param>
public sealed record Anchor(string TransactionHash, long BlockNumber, string BlockHash, long GasUsed);

/// <summary>A cycle and where it is recorded.</summary>
/// <param name="Cycle">The cycle.</param>
/// <param name="Anchor">Where on the chain it is recorded.</param>
public sealed record RecordedCycle(PendingCycle Cycle, Anchor Anchor);

/// <summary>A deployed contract.</summary>
/// <param name="Id">Its row in <c>ledger_contract</c>.</param>
/// <param name="Address">Its address on the chain.</param>
/// <param name="DeployedBlock">The contract has no events in blocks before this one: that of its deployment, or an earlier one.</param>
/// <param name="CodeHash">The hash of its code; null if it is not known.</param>
/// <param name="Deployment">The transaction that deploys it; null if it is on the chain.</param>
public sealed record StoredContract(
    long Id, string Address, long DeployedBlock, string? CodeHash = null, SignedTransaction? Deployment = null);

/// <summary>
/// Why cycles are stuck: reasons that do not pass by themselves, or not soon. Values of the tag <c>reason</c> of the metric
/// <c>blockchain.outbox.stuck</c>.
/// </summary>
public static class AnchorProblem
{
    /// <summary>The signing account cannot pay for the gas.</summary>
    public const string NoFunds = "no_funds";

    /// <summary>The fees that the chain asks for are above the configured limit.</summary>
    public const string FeeLimit = "fee_limit";

    /// <summary>The contract's deployment is not mined, or was reverted.</summary>
    public const string Deployment = "deployment";

    /// <summary>The cycle is recorded on the chain, but the node does not return the transaction that recorded it.</summary>
    public const string Search = "search";

    /// <summary>The node refuses the transaction, or its answer is not what was expected.</summary>
    public const string Refused = "refused";

    /// <summary>All reasons.</summary>
    public static IReadOnlyList<string> All { get; } = [NoFunds, FeeLimit, Deployment, Search, Refused];
}

namespace Choir.Storage;

/// <summary>A cycle in the outbox.</summary>
/// <param name="CycleId">The cycle.</param>
/// <param name="ThreadId">Its thread.</param>
/// <param name="CycleHash"><c>0x</c> and 64 lower-case hexadecimal digits.</param>
/// <param name="Attempts">How often it was released after an attempt.</param>
/// <param name="TraceParent">The W3C traceparent of the message that submitted it; null if it had none.</param>
public sealed record PendingCycle(Guid CycleId, Guid ThreadId, string CycleHash, int Attempts, string? TraceParent);

/// <summary>A cycle whose transaction is signed, and sent or about to be sent.</summary>
/// <param name="Cycle">The cycle.</param>
/// <param name="ContractId">The contract that the transaction calls.</param>
/// <param name="Transaction">The transaction.</param>
public sealed record SubmittedCycle(PendingCycle Cycle, long ContractId, SignedTransaction Transaction);

/// <summary>A signed transaction.</summary>
/// <param name="Nonce">The account's nonce.</param>
/// <param name="Hash">The transaction's hash, with <c>0x</c>.</param>
/// <param name="Raw">The bytes to send, as hexadecimal digits with <c>0x</c>.</param>
public sealed record SignedTransaction(long Nonce, string Hash, string Raw);

/// <summary>How long a cycle took until it was confirmed or failed.</summary>
/// <param name="SinceSubmission">Since its transaction was stored as submitted; null if it has none.</param>
/// <param name="SinceAcceptance">
/// Since the input was accepted; null if the cycle was confirmed before, or its thread is not in this database.
/// </param>
public sealed record OutboxTimes(TimeSpan? SinceSubmission, TimeSpan? SinceAcceptance);

/// <summary>The length and age of the outbox.</summary>
/// <param name="Pending">How many cycles are neither confirmed nor failed.</param>
/// <param name="Oldest">The age of the oldest of them; zero if there is none.</param>
public sealed record OutboxState(long Pending, TimeSpan Oldest);

/// <summary>Where on the chain a cycle is recorded.</summary>
/// <param name="TransactionHash">The transaction, with <c>0x</c>.</param>
/// <param name="BlockNumber">Its block.</param>
/// <param name="GasUsed">The gas that it used.</param>
public sealed record Anchor(string TransactionHash, long BlockNumber, long GasUsed);

/// <summary>A deployed contract.</summary>
/// <param name="Id">Its row in <c>ledger_contract</c>.</param>
/// <param name="Address">Its address on the chain.</param>
/// <param name="DeployedBlock">The block of its deployment; it has no events before.</param>
public sealed record StoredContract(long Id, string Address, long DeployedBlock);

namespace Choir.ActorHost.Ledger;

/// <summary>A cycle that waits to be anchored.</summary>
/// <param name="CycleId">The cycle.</param>
/// <param name="ThreadId">Its thread.</param>
/// <param name="CycleHash"><c>0x</c> and 64 lower-case hexadecimal digits.</param>
/// <param name="Attempts">How often it was given back.</param>
/// <param name="TraceParent">The W3C trace context of the message that brought it.</param>
internal sealed record PendingCycle(Guid CycleId, Guid ThreadId, string CycleHash, int Attempts, string? TraceParent);

/// <summary>A cycle whose transaction is signed, and sent or about to be.</summary>
/// <param name="Cycle">The cycle.</param>
/// <param name="ContractId">The contract that the transaction calls.</param>
/// <param name="Transaction">The transaction.</param>
internal sealed record SubmittedCycle(PendingCycle Cycle, long ContractId, SignedTransaction Transaction);

/// <summary>A transaction that needs no key any more.</summary>
/// <param name="Nonce">The account's number for it.</param>
/// <param name="Hash">What it will be known by, with <c>0x</c>.</param>
/// <param name="Raw">What is sent, with <c>0x</c>.</param>
internal sealed record SignedTransaction(long Nonce, string Hash, string Raw);

/// <summary>How long a cycle took until something became of it.</summary>
/// <param name="SinceSubmission">Since its transaction was handed in; null if it has none under way.</param>
/// <param name="SinceAcceptance">
/// Since the input was accepted; null if it was on the chain before, or its thread is not in this database.
/// </param>
internal sealed record OutboxTimes(TimeSpan? SinceSubmission, TimeSpan? SinceAcceptance);

/// <summary>What waits in the outbox.</summary>
/// <param name="Pending">How many cycles are not on the chain yet and not given up.</param>
/// <param name="Oldest">For how long the oldest of them has waited.</param>
internal sealed record OutboxState(long Pending, TimeSpan Oldest);

/// <summary>Where on the chain a cycle is recorded.</summary>
/// <param name="TransactionHash">The transaction, with <c>0x</c>.</param>
/// <param name="BlockNumber">Its block.</param>
/// <param name="GasUsed">The gas that it used.</param>
internal sealed record Anchor(string TransactionHash, long BlockNumber, long GasUsed);

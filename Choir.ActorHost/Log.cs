using Choir.Contracts.Threads;

namespace Choir.ActorHost;

/// <summary>Log messages of the actor host. Event ids 3000 to 3999; those of the ledger start at 3100.</summary>
internal static partial class Log
{
    [LoggerMessage(3001, LogLevel.Warning, "Resuming cycle {CycleId} at its {Phase} phase: {Reason}",
        EventName = "cycle_resumed")]
    public static partial void CycleResumed(this ILogger logger, string cycleId, Phase phase, string reason);

    [LoggerMessage(3002, LogLevel.Error, "Cycle {CycleId} failed: {Reason}", EventName = "cycle_failed")]
    public static partial void CycleFailed(this ILogger logger, string cycleId, string reason);

    [LoggerMessage(3010, LogLevel.Information, "Actor host {SiloName} has the silo address {SiloAddress} and serves metrics at {Address} on {Machine}",
        EventName = "actor_host_started")]
    public static partial void HostStarted(this ILogger logger, string siloName, string siloAddress, string? address, string machine);

    [LoggerMessage(3100, LogLevel.Information, "The ledger contract is deployed at {Address} on chain {ChainId}, block {Block}",
        EventName = "ledger_contract_deployed")]
    public static partial void LedgerContractDeployed(this ILogger logger, string address, long chainId, long block);

    [LoggerMessage(3101, LogLevel.Debug, "Cycle {CycleId} is anchored by {TransactionHash} in block {Block}",
        EventName = "cycle_anchored")]
    public static partial void CycleAnchored(this ILogger logger, Guid cycleId, string transactionHash, long block);

    [LoggerMessage(3102, LogLevel.Error, "Cycle {CycleId} cannot be anchored: {Reason}", EventName = "anchor_failed")]
    public static partial void AnchorFailed(this ILogger logger, Guid cycleId, string reason);

    [LoggerMessage(3103, LogLevel.Warning,
        "The node rejected the transaction of cycle {CycleId}; it is tried again later: {Reason}",
        EventName = "transaction_refused")]
    public static partial void TransactionRejected(this ILogger logger, Guid cycleId, string reason);

    [LoggerMessage(3104, LogLevel.Warning, "The Ethereum node cannot be reached; anchoring waits for it: {Reason}",
        EventName = "node_away")]
    public static partial void NodeUnreachable(this ILogger logger, string reason);

    [LoggerMessage(3105, LogLevel.Error, "Anchoring failed and is tried again later",
        EventName = "ledger_failed")]
    public static partial void LedgerFailed(this ILogger logger, Exception exception);

    [LoggerMessage(3106, LogLevel.Information, "Anchoring continues", EventName = "ledger_resumed")]
    public static partial void LedgerResumed(this ILogger logger);

    [LoggerMessage(3107, LogLevel.Warning,
        "The chain was reorganised or returned to an older state: {Lost} anchors are lost and submitted again, {Moved} are in other blocks",
        EventName = "chain_reorganised")]
    public static partial void ChainReorganised(this ILogger logger, int lost, int moved);

    [LoggerMessage(3108, LogLevel.Error, "Anchoring is stuck ({Problem}) and is tried again later: {Reason}",
        EventName = "ledger_stuck")]
    public static partial void LedgerStuck(this ILogger logger, string problem, string reason);

    [LoggerMessage(3109, LogLevel.Information,
        "The fees of transaction {Replaced} of {Cycles} cycles, the first of them {CycleId}, became too low; it is replaced by {TransactionHash} with at most {MaxFee} gwei for a unit of gas",
        EventName = "transaction_replaced")]
    public static partial void TransactionReplaced(
        this ILogger logger, int cycles, Guid cycleId, string replaced, string transactionHash, string maxFee);

    [LoggerMessage(3110, LogLevel.Warning, "Some anchors could not be compared with the chain; that is tried again later: {Reason}",
        EventName = "anchors_not_compared")]
    public static partial void ReviewIncomplete(this ILogger logger, string reason);
}

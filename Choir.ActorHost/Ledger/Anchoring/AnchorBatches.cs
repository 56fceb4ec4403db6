using System.Numerics;
using Choir.Storage;

namespace Choir.ActorHost.Ledger;

/// <summary>Which cycles one transaction records.</summary>
/// <remarks>
/// What a node or a chain refuses for several cycles may be the fault of one of them. So the cycles of a failed attempt go on
/// in eighths, then singly: a cycle that fails again and again is alone in its transactions.
/// </remarks>
internal static class AnchorBatches
{
    private const int Parts = 8;

    // About 26,000 are used by each cycle of a transaction, with its share of the 21,000 that each transaction costs.
    private const int GasOfCycle = 30_000;

    /// <summary>How many cycles one transaction of a contract records at most.</summary>
    /// <param name="contract">The contract.</param>
    /// <param name="fees">With the gas that a block may use: a transaction that needs much of it waits for long.</param>
    /// <param name="options">With the configured limit.</param>
    public static int Limit(LedgerContract contract, Fees fees, ChainOptions options) =>
        !contract.RecordsMany ? 1
        : fees.BlockGasLimit is { } block ? (int)BigInteger.Clamp(block / 2 / GasOfCycle, 1, options.MaxCyclesPerTransaction)
        : options.MaxCyclesPerTransaction;

    /// <summary>Distributes cycles to transactions: first those that have not failed.</summary>
    /// <param name="cycles">The cycles, oldest first.</param>
    /// <param name="limit">The result of <see cref="Limit"/>.</param>
    public static IEnumerable<IReadOnlyList<PendingCycle>> Of(IEnumerable<PendingCycle> cycles, int limit) => cycles
        .GroupBy(cycle => cycle.Attempts switch { 0 => limit, 1 => PartOf(limit), _ => 1 })
        .OrderByDescending(batches => batches.Key)
        .SelectMany(batches => batches.Chunk(batches.Key));

    /// <summary>The parts of a transaction that cannot be sent.</summary>
    public static IEnumerable<IReadOnlyList<PendingCycle>> Split(IReadOnlyList<PendingCycle> cycles) =>
        cycles.Chunk(PartOf(cycles.Count));

    private static int PartOf(int count) => Math.Max(1, count / Parts);
}

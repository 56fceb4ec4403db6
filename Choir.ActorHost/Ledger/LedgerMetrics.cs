using System.Diagnostics.Metrics;
using Choir.Actors;
using Choir.Actors.Inspection;

namespace Choir.ActorHost.Ledger;

/// <summary>The instruments of the ledger.</summary>
internal sealed class LedgerMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Choir.Blockchain";

    /// <summary>The transaction types.</summary>
    public const string Deploy = "deploy", Record = "record";

    /// <summary>The methods of the contract that are called.</summary>
    public const string ConstructorMethod = "constructor", RecordMethod = "record", RecordManyMethod = "recordMany",
        RecordedMethod = "recorded", RecordedManyMethod = "recordedMany";

    /// <summary>What the inspection calls the chain, and a call of its node.</summary>
    public const string Dependency = "chain", CallOperation = "call";

    private const string Contract = "ChoirLedger";

    private static readonly string[] Methods =
        [ConstructorMethod, RecordMethod, RecordManyMethod, RecordedMethod, RecordedManyMethod];

    // From the 21,000 of a plain transfer to what a whole block may use.
    private static readonly InstrumentAdvice<long> GasBuckets = new()
    {
        HistogramBucketBoundaries =
        [
            21_000, 30_000, 40_000, 50_000, 60_000, 80_000, 100_000, 150_000, 200_000, 300_000, 500_000, 1_000_000, 2_000_000,
            5_000_000, 10_000_000, 30_000_000,
        ],
    };

    // A thousand times the limit of the largest blocks of any chain.
    private const long MaxGas = 1L << 44;

    private readonly DependencyCalls _outside;
    private readonly DependencyOperation _nodeCalls;
    private readonly Histogram<double> _transactionTime;
    private readonly Histogram<long> _gasUsed;
    private readonly long[] _calls = new long[Methods.Length];
    private long _reorganisations;

    public LedgerMetrics(IMeterFactory meters, TimeProvider time)
    {
        _outside = new DependencyCalls(Dependency, time);
        _nodeCalls = _outside.Operation(CallOperation);
        Meter = meters.Create(MeterName);
        _transactionTime = Meter.CreateLongSecondsHistogram(
            "blockchain.transaction.time", "Time from submitting a transaction to its outcome.");
        _gasUsed = Meter.CreateHistogram(
            "blockchain.gas.used", "{gas}",
            "Gas used by an anchor (its share of the transaction), by a transaction that anchored nothing, or by a deployment.",
            advice: GasBuckets);
        Meter.CreateObservableCounter(
            "blockchain.reorgs", () => Interlocked.Read(ref _reorganisations), "{reorganisation}",
            "Reorganisations of the chain, and returns to an older state, that the ledger has found.");
        Meter.CreateObservableCounter(
            "blockchain.contract.calls", ObserveCalls, "{call}", "Transactions and queries sent to the contract.");
    }

    /// <summary>Also used for the instruments of <see cref="LedgerGauges"/>.</summary>
    public Meter Meter { get; }

    /// <summary>The calls of the node, and the transactions from submission to outcome.</summary>
    public IDependencyFigures Calls => _outside;

    /// <summary>A call of the node starts.</summary>
    /// <returns>A time stamp for <see cref="NodeCallEnded"/>.</returns>
    public long NodeCallStarted() => _nodeCalls.Started();

    /// <summary>A call of the node has ended.</summary>
    public void NodeCallEnded(long started, bool failed) => _nodeCalls.Ended(started, failed);

    /// <summary>Records the outcome of a transaction.</summary>
    /// <param name="type"><see cref="Deploy"/> or <see cref="Record"/>.</param>
    /// <param name="outcome">ok, error (reverted), rejected (by the node), timeout, or unknown (lost or replaced).</param>
    /// <param name="elapsed">The time since it was submitted; null if it was not.</param>
    public void TransactionEnded(string type, string outcome, TimeSpan? elapsed)
    {
        if (elapsed is { } time)
        {
            _outside.Operation(type).Record(time, outcome != "ok");
            _transactionTime.RecordSeconds(
                time,
                new KeyValuePair<string, object?>("transaction.type", type),
                new KeyValuePair<string, object?>("outcome", outcome));
        }
    }

    /// <summary>
    /// Records gas that was used: the share of each anchor, or that of a whole transaction; null if its receipt is not known. A figure that no block can have is left out, because
    /// it would stay in the sum.
    /// </summary>
    public void GasUsed(string type, long? gas)
    {
        if (gas is { } used and <= MaxGas)
        {
            _gasUsed.Record(used, new KeyValuePair<string, object?>("transaction.type", type));
        }
    }

    /// <summary>Counts a reorganisation of the chain, or a return to an older state, that was detected.</summary>
    public void Reorganised() => Interlocked.Increment(ref _reorganisations);

    public void Called(string method) => Interlocked.Increment(ref _calls[Array.IndexOf(Methods, method)]);

    private IEnumerable<Measurement<long>> ObserveCalls()
    {
        for (var at = 0; at < Methods.Length; at++)
        {
            yield return new Measurement<long>(
                Interlocked.Read(ref _calls[at]),
                new KeyValuePair<string, object?>("contract", Contract),
                new KeyValuePair<string, object?>("method", Methods[at]));
        }
    }
}

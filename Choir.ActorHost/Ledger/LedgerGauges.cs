using System.Diagnostics.Metrics;
using Choir.ServiceDefaults;
using Choir.Storage;

namespace Choir.ActorHost.Ledger;

/// <summary>The state of the chain and of the outbox as gauges.</summary>
/// <remarks>
/// Read periodically, so that reading the metrics waits for neither node nor database. A value that could not be read the
/// last time is not reported. Each host reports the same chain and the same outbox: queries take the maximum, not the sum.
/// </remarks>
internal sealed class LedgerGauges : PeriodicService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private const string NotAdded = " Every host reports it: take the maximum, not the sum.";

    private readonly ChainNode _node;
    private readonly LedgerOutbox _outbox;
    private volatile ChainState? _chain;
    private volatile OutboxState? _waiting;

    public LedgerGauges(
        LedgerMetrics metrics, ChainNode node, LedgerOutbox outbox, TimeProvider time, ILogger<LedgerGauges> logger)
        : base(Interval, time, logger)
    {
        (_node, _outbox) = (node, outbox);
        var meter = metrics.Meter;
        meter.CreateObservableGauge(
            "blockchain.block.height", () => Known(_chain?.Height), "{block}",
            "Number of the node's newest block." + NotAdded);
        meter.CreateObservableGauge(
            "blockchain.sync.lag", () => Known(_chain?.BlocksBehind), "{block}",
            "Blocks that the node is behind its network; absent if the node does not say." + NotAdded);
        meter.CreateObservableGauge(
            "blockchain.outbox.pending", () => Known(_waiting?.Pending), "{cycle}",
            "Cycles that are not confirmed on the chain yet." + NotAdded);
        meter.CreateObservableGauge(
            "blockchain.outbox.oldest", () => Known(_waiting?.Oldest.TotalSeconds), "s",
            "Age of the oldest cycle that is not confirmed on the chain yet; 0 if there is none." + NotAdded);
        meter.CreateObservableGauge(
            "blockchain.outbox.stuck", ObserveStuck, "{cycle}",
            "Cycles that wait for something that does not pass by itself, by reason." + NotAdded);
    }

    /// <summary>Reads both at the same time, so that neither waits for the other.</summary>
    public Task RefreshAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(ReadChainAsync(), ReadOutboxAsync(cancellationToken));

    protected override Task RunAsync(CancellationToken cancellationToken) => RefreshAsync(cancellationToken);

    private async Task ReadChainAsync()
    {
        ChainState? read = null;
        try
        {
            read = await _node.StateAsync();
        }
        catch (Exception e) when (ChainNode.IsUnreachable(e))
        {
            // The pump and the health check say so.
        }
        finally
        {
            _chain = read;
        }
    }

    private async Task ReadOutboxAsync(CancellationToken cancellationToken)
    {
        OutboxState? read = null;
        try
        {
            read = await _outbox.StateAsync(cancellationToken);
        }
        finally
        {
            _waiting = read;
        }
    }

    private IEnumerable<Measurement<long>> ObserveStuck() => _waiting is { } waiting
        ? AnchorProblem.All.Select(reason => new Measurement<long>(
            waiting.Stuck.GetValueOrDefault(reason), new KeyValuePair<string, object?>("reason", reason)))
        : [];

    private static IEnumerable<Measurement<T>> Known<T>(T? value)
        where T : struct => value is { } known ? [new Measurement<T>(known)] : [];
}

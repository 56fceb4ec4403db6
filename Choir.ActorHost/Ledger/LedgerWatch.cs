using System.Diagnostics.Metrics;
using Nethereum.JsonRpc.Client;
using Npgsql;

namespace Choir.ActorHost.Ledger;

/// <summary>How far the chain and the outbox are.</summary>
/// <remarks>
/// Looked at from time to time and kept, so that whoever reads the metrics waits for neither node nor database. What could
/// not be looked at the last time is not told. Each host tells the same of the one chain and the one outbox: queries take
/// the maximum, not the sum.
/// </remarks>
internal sealed class LedgerWatch : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly ChainNode _node;
    private readonly LedgerOutbox _outbox;
    private readonly TimeProvider _time;
    private volatile ChainState? _chain;
    private volatile OutboxState? _waiting;

    public LedgerWatch(LedgerMetrics metrics, ChainNode node, LedgerOutbox outbox, TimeProvider time)
    {
        (_node, _outbox, _time) = (node, outbox, time);
        var meter = metrics.Meter;
        meter.CreateObservableGauge(
            "blockchain.block.height", () => Known(_chain?.Height), "{block}", "The number of the node's newest block.");
        meter.CreateObservableGauge(
            "blockchain.sync.lag", () => Known(_chain?.BlocksBehind), "{block}", "How many blocks the node is behind its network.");
        meter.CreateObservableGauge(
            "blockchain.outbox.pending", () => Known(_waiting?.Pending), "{cycle}", "Cycles that are not on the chain yet.");
        meter.CreateObservableGauge(
            "blockchain.outbox.oldest", () => Known(_waiting?.Oldest.TotalSeconds), "s",
            "For how long the oldest of them has waited; 0 if there is none.");
    }

    /// <summary>Looks at both, without one having to wait for the other.</summary>
    public Task LookAsync(CancellationToken cancellation) =>
        Task.WhenAll(LookAtChainAsync(), LookAtOutboxAsync(cancellation));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, _time);
        try
        {
            do
            {
                await LookAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task LookAtChainAsync()
    {
        try
        {
            _chain = await _node.StateAsync();
        }
        catch (Exception exception) when (ChainNode.IsAway(exception) || exception is RpcResponseException)
        {
            // The health check says that the node is away.
            _chain = null;
        }
    }

    private async Task LookAtOutboxAsync(CancellationToken cancellation)
    {
        try
        {
            _waiting = await _outbox.StateAsync(cancellation);
        }
        catch (NpgsqlException)
        {
            // The health check says that the database is away.
            _waiting = null;
        }
    }

    private static IEnumerable<Measurement<T>> Known<T>(T? value)
        where T : struct => value is { } known ? [new Measurement<T>(known)] : [];
}

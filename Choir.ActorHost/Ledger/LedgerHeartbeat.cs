using Choir.Actors;

namespace Choir.ActorHost.Ledger;

/// <summary>
/// Makes sure that the ledger actor is in memory somewhere: after a start there may be cycles in the outbox that nobody
/// will send a message about, and the host that held the actor may have died.
/// </summary>
internal sealed class LedgerHeartbeat(IActorClient actors, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            var isAwake = await WakeAsync(stoppingToken);
            await Task.Delay(isAwake ? Interval : RetryInterval, time, stoppingToken);
        }
    }

    private async Task<bool> WakeAsync(CancellationToken cancellation)
    {
        try
        {
            var reply = await actors.Ask(
                LedgerActor.Main, "WAKE", ActorJson.Serialize<object?>(null), new SendOptions { IsUpkeep = true }, cancellation);
            return !reply.IsError;
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            // The cluster is starting, or losing a host; its health check says so. The next beat will find it.
            return false;
        }
    }
}

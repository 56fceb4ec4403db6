using Choir.Actors;
using Choir.ServiceDefaults;

namespace Choir.ActorHost.Ledger;

/// <summary>
/// Keeps the ledger actor activated on some host: after a start there may be cycles in the outbox although no message is
/// sent, and the host of the activation may have died.
/// </summary>
internal sealed class LedgerHeartbeat(
    IActorClient actors, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<LedgerHeartbeat> logger)
    : PeriodicService(TimeSpan.FromSeconds(10), time, logger)
{
    protected override TimeSpan RetryInterval => TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await HostStartedAsync(lifetime, stoppingToken);
        await base.ExecuteAsync(stoppingToken);
    }

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var reply = await actors.Ask(
            LedgerActor.Main, "WAKE", ActorJson.Serialize<object?>(null), new SendOptions { IsUpkeep = true }, cancellationToken);
        if (reply.IsError)
        {
            throw new ActorErrorException(reply.Error().Code, reply.Error().Message);
        }
    }
}

using Choir.Actors.Health;
using Choir.Actors.Hosting;
using Choir.Actors.Inspection;
using Orleans;

namespace Choir.Actors.Operations;

internal sealed class ActorOperations(InspectionGrains hosts, ClusterActorTypes types, ObservedTypes observed, TimeProvider time) : IActorOperations
{
    public Task<QuarantineView> SetQuarantineAsync(Quarantine quarantine, TimeSpan duration, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(quarantine);
        Check(quarantine.Type, quarantine.MessageType);
        if (duration > TimeSpan.Zero && ActorSystemHealthCheck.Probes(quarantine.Type, quarantine.Id))
        {
            throw new ActorErrorException(
                ErrorCodes.InvalidData,
                $"{quarantine.Type} cannot be put in quarantine, because the readiness probes of all services send messages to it;"
                + " a single actor of the type can, if its id does not begin with health-.");
        }

        return OfTypeAsync(grain => grain.SetQuarantineAsync(quarantine, duration), quarantine.Type, id: null, cancellationToken);
    }

    public Task<QuarantineView> EndQuarantineAsync(string type, string? id, string? messageType, CancellationToken cancellationToken) =>
        SetQuarantineAsync(
            new Quarantine(type, id, messageType, QuarantineMode.Pause, Reason: "", By: "", Until: default), TimeSpan.Zero, cancellationToken);

    public Task<QuarantineView> QuarantinesAsync(string? type, string? id, CancellationToken cancellationToken)
    {
        if (type is not null)
        {
            Check(type);
        }

        return OfTypeAsync(grain => grain.QuarantinesAsync(), type, id, cancellationToken);
    }

    public async Task RestartAsync(ActorAddress actor, CancellationToken cancellationToken)
    {
        Check(actor.Type);
        var restarted = types.GrainOf(actor).RestartAsync();
        try
        {
            await restarted.WaitAsync(Timeout.InfiniteTimeSpan, time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not ActorErrorException)
        {
            restarted.Ignore();
            throw e is OperationCanceledException && cancellationToken.IsCancellationRequested ? e : new ActorUnavailableException(actor, e);
        }
    }

    private void Check(string type, string? messageType = null)
    {
        KnownType? known;
        try
        {
            types.TryGet(type, time.GetTimestamp(), out known);
        }
        catch (InvalidOperationException e)
        {
            throw new InspectionUnavailableException(e);
        }

        if (known is null)
        {
            throw new ActorErrorException(
                observed.Current.Contains(type)
                    ? new ActorError(ErrorCodes.InvalidData, $"{type} is a type of ordinary grains: only Choir's actors can be restarted or put in quarantine.")
                    : types.Unknown(type));
        }

        if (messageType is not null && !known.MessageTypes.Contains(messageType))
        {
            throw new ActorErrorException(
                ErrorCodes.UnknownMessageType,
                $"{type} has no handler for {messageType}. It handles: {string.Join(", ", known.MessageTypes.Order(StringComparer.Ordinal))}.");
        }
    }

    private async Task<QuarantineView> OfTypeAsync(
        Func<IActorInspectionGrain, Task<QuarantineView>> question, string? type, string? id, CancellationToken cancellationToken)
    {
        var all = await hosts.AskAsync(question, cancellationToken).ConfigureAwait(false);
        return all with { Quarantines = all.Of(type, id) };
    }
}

using System.Diagnostics.CodeAnalysis;
using Choir.Actors.Hosting;
using Orleans;

namespace Choir.Actors.Inspection;

/// <summary>Asks the hosts through a grain, from inside or outside of the cluster.</summary>
[SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Any exception of Orleans means the same to the caller.")]
internal sealed class InspectionGrains(IGrainFactory grains, ClusterActorTypes types, TimeProvider time)
{
    /// <summary>Calls alternate between this many grains, which are spread over the hosts, so that one host that hangs does not affect all.</summary>
    private const int GrainCount = 8;

    private const int Attempts = 2;

    /// <summary>Longer than <see cref="HostRoundTrip"/> waits for a host.</summary>
    private static readonly TimeSpan GrainTimeout = TimeSpan.FromSeconds(4);

    private int _next;

    /// <exception cref="InspectionUnavailableException">No host answers.</exception>
    public async Task<T> AskAsync<T>(Func<IActorInspectionGrain, Task<T>> question, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var grain = (uint)Interlocked.Increment(ref _next) % GrainCount;
            Task<T>? answer = null;
            try
            {
                answer = question(grains.GetGrain<IActorInspectionGrain>(grain));
                return await answer.WaitAsync(GrainTimeout, time, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                answer?.Ignore();
                if (e is OperationCanceledException && cancellationToken.IsCancellationRequested)
                {
                    throw;
                }

                if (attempt == Attempts)
                {
                    throw new InspectionUnavailableException(e);
                }
            }
        }
    }

    /// <exception cref="ActorErrorException">The cluster has no such type, or no host handles the message type.</exception>
    public void Check(string type, string? messageType = null)
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
            throw new ActorErrorException(types.Unknown(type));
        }

        if (messageType is not null && !known.MessageTypes.Contains(messageType))
        {
            throw new ActorErrorException(
                ErrorCodes.UnknownMessageType,
                $"{type} has no handler for {messageType}. It handles: {string.Join(", ", known.MessageTypes.Order(StringComparer.Ordinal))}.");
        }
    }
}

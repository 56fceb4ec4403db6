using System.Diagnostics.CodeAnalysis;
using Choir.Observability;
using Orleans;

namespace Choir.Actors.Inspection;

/// <summary>Asks the hosts through a grain, from inside or outside of the cluster.</summary>
[SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Any exception of Orleans means the same to the caller.")]
internal sealed class InspectionGrains(IGrainFactory grains, ObservedTypes types, TimeProvider time)
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

    /// <exception cref="ActorErrorException">No host of the cluster observes such a type.</exception>
    /// <exception cref="InspectionUnavailableException">No host is known.</exception>
    public void Check(string type)
    {
        var known = types.Current;
        if (known.Count == 0)
        {
            throw new InspectionUnavailableException(new InvalidOperationException("No actor host has joined the cluster yet."));
        }

        if (!known.Contains(type))
        {
            throw new ActorErrorException(ErrorCodes.UnknownActorType, known.Unknown(type));
        }
    }
}

using System.Diagnostics.CodeAnalysis;
using Choir.Observability;
using Orleans;

namespace Choir.Actors.Inspection;

/// <summary>Asks the hosts through a grain, from inside or outside of the cluster.</summary>
[SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Any exception of Orleans means the same to the caller.")]
internal sealed class InspectionGrains(IGrainFactory grains, ObservedTypes types, TimeProvider time)
{
    /// <summary>
    /// Calls alternate between this many grains, which are spread over the hosts, so that one host that hangs does not affect all. A question
    /// asks all of them before it gives up: several may have been on a host that has died.
    /// </summary>
    public const int GrainCount = 8;

    /// <summary>After that, a further grain is asked at the same time. Longer than <see cref="HostRoundTrip"/> waits for a host.</summary>
    private static readonly TimeSpan NextAfter = TimeSpan.FromSeconds(2.5);

    /// <summary>The pause after the first attempt that failed at once; longer after each further one, so that connections are made anew meanwhile.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>How long a question may take in all.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(8);

    private int _next;

    /// <exception cref="InspectionUnavailableException">No host answers.</exception>
    public async Task<T> AskAsync<T>(Func<IActorInspectionGrain, Task<T>> question, CancellationToken cancellationToken)
    {
        var (started, first) = (time.GetTimestamp(), (uint)Interlocked.Increment(ref _next));
        var running = new List<Task<T>>();
        Exception failure = new TimeoutException("No answer came in time.");
        try
        {
            for (uint attempt = 0; attempt < GrainCount || running.Count > 0; attempt++)
            {
                if (attempt < GrainCount)
                {
                    running.Add(AskGrainAsync((first + attempt) % GrainCount, question));
                }

                var left = Timeout - time.GetElapsedTime(started);
                if (await FirstAsync(running, attempt + 1 < GrainCount && left > NextAfter ? NextAfter : left, cancellationToken).ConfigureAwait(false) is { } ended)
                {
                    if (ended.IsCompletedSuccessfully)
                    {
                        return await ended.ConfigureAwait(false);
                    }

                    running.Remove(ended);
                    failure = ended.Exception?.InnerException ?? failure;
                    await Task.Delay(attempt + 1 < GrainCount ? Pause * (attempt + 1) : TimeSpan.Zero, time, cancellationToken).ConfigureAwait(false);
                }

                if (time.GetElapsedTime(started) >= Timeout)
                {
                    break;
                }
            }
        }
        finally
        {
            running.ForEach(static other => other.Ignore());
        }

        throw new InspectionUnavailableException(failure);
    }

    // A grain may throw before it returns a task.
    private async Task<T> AskGrainAsync<T>(uint grain, Func<IActorInspectionGrain, Task<T>> question) =>
        await question(grains.GetGrain<IActorInspectionGrain>(grain)).ConfigureAwait(false);

    // Null if none has ended in time.
    private async Task<Task<T>?> FirstAsync<T>(List<Task<T>> running, TimeSpan wait, CancellationToken cancellationToken)
    {
        try
        {
            return await Task.WhenAny(running).WaitAsync(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return null;
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

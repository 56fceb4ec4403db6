using Choir.Gateway.Problems;
using Microsoft.Extensions.Options;

namespace Choir.Gateway.Threads;

/// <summary>Bounds the event streams that are open at a time, and ends them all when the gateway stops.</summary>
internal sealed class EventStreams(IOptions<GatewayOptions> options, IHostApplicationLifetime lifetime)
{
    private int _open;

    /// <summary>Fires when the gateway stops: a stream would otherwise hold it up.</summary>
    public CancellationToken Stopping => lifetime.ApplicationStopping;

    /// <summary>Takes a place; disposing it gives it back.</summary>
    /// <exception cref="ProblemException">All places are taken.</exception>
    public IDisposable Enter()
    {
        if (Interlocked.Increment(ref _open) <= options.Value.MaxEventStreams)
        {
            return new Place(this);
        }

        Interlocked.Decrement(ref _open);
        throw ProblemException.Unavailable(
            ProblemCodes.TooManyStreams,
            $"{options.Value.MaxEventStreams} event streams are open, the most that this gateway serves. Try again later.");
    }

    private sealed class Place(EventStreams streams) : IDisposable
    {
        private int _isGiven;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isGiven, 1) == 0)
            {
                Interlocked.Decrement(ref streams._open);
            }
        }
    }
}

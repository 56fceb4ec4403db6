using Choir.Gateway.Problems;
using Microsoft.Extensions.Options;

namespace Choir.Gateway.Threads;

/// <summary>Limits the number of open event streams, and ends them all when the gateway stops.</summary>
internal sealed class EventStreams(IOptions<GatewayOptions> options, IHostApplicationLifetime lifetime)
{
    private int _open;

    /// <summary>Cancelled when the gateway stops, because an open stream would delay the shutdown.</summary>
    public CancellationToken Stopping => lifetime.ApplicationStopping;

    /// <summary>Takes a slot; disposing it releases it.</summary>
    /// <exception cref="ProblemException">All slots are taken.</exception>
    public IDisposable Enter()
    {
        if (Interlocked.Increment(ref _open) <= options.Value.MaxEventStreams)
        {
            return new Slot(this);
        }

        Interlocked.Decrement(ref _open);
        throw ProblemException.Unavailable(
            ProblemCodes.TooManyStreams,
            $"The limit of {options.Value.MaxEventStreams} open event streams is reached. Try again later.");
    }

    private sealed class Slot(EventStreams streams) : IDisposable
    {
        private int _isReleased;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isReleased, 1) == 0)
            {
                Interlocked.Decrement(ref streams._open);
            }
        }
    }
}

using System.Data.Common;
using System.Threading.Channels;
using Choir.Observability;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Choir.Actors;

/// <summary>
/// Writes dead letters to the store in the background: through a bounded buffer, with retries until the store accepts
/// them. Without a store they are only logged.
/// </summary>
/// <remarks>
/// Actors of a host that stops create dead letters until the silo has stopped, which is after this service was told to. So it goes on
/// until then, and stores what is left within <see cref="DrainLimit"/> and the time that the host has for its stop. What the store does
/// not accept until then is logged.
/// </remarks>
internal sealed class DeadLetters : BackgroundService, IHostedLifecycleService
{
    /// <summary>How long storing the dead letters that are left may take after all else of the host has stopped.</summary>
    internal static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(5);

    /// <summary>How many of the letters that are left when the host ends are logged one by one.</summary>
    internal const int MaxLogged = 20;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly Channel<DeadLetter> _buffer;
    private readonly IDeadLetterStore? _store;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ActorTelemetry _telemetry;
    private CancellationTokenRegistration _timeLimit;
    private long _dropped;
    private volatile bool _ends;

    public DeadLetters(
        IServiceProvider services, ActorTelemetry telemetry, TimeProvider time, IOptions<ActorOptions> options, ILogger<DeadLetters> logger)
    {
        _telemetry = telemetry;
        _store = services.GetService<IDeadLetterStore>();
        _time = time;
        _logger = new QuietLogger(logger);
        _buffer = Channel.CreateBounded<DeadLetter>(new BoundedChannelOptions(options.Value.DeadLetterBuffer)
        {
            FullMode = BoundedChannelFullMode.Wait,
            SingleReader = true,
        });
    }

    /// <summary>The number of dead letters dropped because the buffer was full or the host stopped.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Never blocks and never throws.</summary>
    /// <param name="target">The receiving actor.</param>
    /// <param name="message">The message.</param>
    /// <param name="reason">One of <see cref="DeadLetterReasons"/>.</param>
    /// <param name="detail">The reason in words, which is shown to callers.</param>
    /// <param name="cause">The words for the log; null for the same.</param>
    public void Add(ActorAddress target, ActorMessage message, string reason, string detail, string? cause = null)
    {
        _telemetry.DeadLettered(target.Type, message.Type, reason);
        _logger.DeadLetter(message.Type, target, message.Id, reason, cause ?? detail);
        var now = _time.GetUtcNow();
        if (_store is not null && !_buffer.Writer.TryWrite(new DeadLetter(Guid.CreateVersion7(now), target, message, reason, detail, now)))
        {
            _logger.DeadLetterDropped(
                message.Id, _ends ? "this host has stopped" : "the buffer of the dead-letter store is full", Interlocked.Increment(ref _dropped));
        }
    }

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Ends at the limit of the host's time, also if the silo does not stop and <see cref="StoppedAsync"/> is not called.</summary>
    /// <param name="cancellationToken">Cancelled when the host has no more time.</param>
    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        _timeLimit = cancellationToken.UnsafeRegister(static service => _ = ((DeadLetters)service!).EndAsync(), this);
        return Task.CompletedTask;
    }

    /// <summary>Does not stop yet: see <see cref="StoppedAsync"/>.</summary>
    /// <param name="cancellationToken">Cancelled when the host has no more time.</param>
    public override Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Stores what is left, as far as the time allows. The silo has stopped.</summary>
    /// <param name="cancellationToken">Cancelled when the host has no more time.</param>
    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        Complete();
        var storing = ExecuteTask ?? Task.CompletedTask;
        await storing.WaitAsync(DrainLimit, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await EndAsync().ConfigureAwait(false);
        await _timeLimit.DisposeAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_store is null)
        {
            return;
        }

        DeadLetter? current = null;
        try
        {
            await foreach (var letter in _buffer.Reader.ReadAllAsync(stoppingToken).ConfigureAwait(false))
            {
                current = letter;
                await StoreAsync(letter, stoppingToken).ConfigureAwait(false);
                current = null;
            }
        }
        catch (Exception) when (stoppingToken.IsCancellationRequested)
        {
            // The host has no more time.
        }

        Complete();
        DropLeft(current);
    }

    // Later letters are dropped. What was written before is still read.
    private void Complete()
    {
        _ends = true;
        _buffer.Writer.TryComplete();
    }

    private Task EndAsync() => base.StopAsync(CancellationToken.None);

    private void DropLeft(DeadLetter? current)
    {
        List<DeadLetter> left = current is null ? [] : [current];
        while (_buffer.Reader.TryRead(out var letter))
        {
            left.Add(letter);
        }

        var dropped = Interlocked.Add(ref _dropped, left.Count);
        foreach (var letter in left.Take(MaxLogged))
        {
            _logger.DeadLetterDropped(letter.Message.Id, "the dead-letter store had not accepted it when this host stopped", dropped);
        }
    }

    private async Task StoreAsync(DeadLetter letter, CancellationToken stoppingToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                // A store that does not end at once when it is cancelled, such as one whose network fails, must not delay the end.
                await _store!.AddAsync(letter, stoppingToken).WaitAsync(stoppingToken).ConfigureAwait(false);
                return;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                if (IsUnstorable(e))
                {
                    _logger.DeadLetterUnstorable(letter.Message.Id, e.Message);
                    return;
                }

                if (attempt == 0)
                {
                    _logger.DeadLetterStoreFailed(e.Message);
                }

                await Task.Delay(RetryDelay, _time, stoppingToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// Whether the store refuses the letter itself: it would refuse it for ever, and with it all later letters. Class 22 of
    /// the SQL states is "data exception".
    /// </summary>
    private static bool IsUnstorable(Exception e) =>
        e is ArgumentException or DbException { SqlState: ['2', '2', ..] };
}

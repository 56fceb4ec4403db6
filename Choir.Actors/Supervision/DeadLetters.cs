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
internal sealed class DeadLetters : BackgroundService
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly Channel<DeadLetter> _buffer;
    private readonly IDeadLetterStore? _store;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ActorTelemetry _telemetry;
    private long _dropped;

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

    /// <summary>The number of dead letters dropped because the buffer was full.</summary>
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
            Interlocked.Increment(ref _dropped);
            _logger.DeadLetterDropped(message.Id);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_store is null)
        {
            return;
        }

        await foreach (var letter in _buffer.Reader.ReadAllAsync(stoppingToken).ConfigureAwait(false))
        {
            await StoreAsync(letter, stoppingToken).ConfigureAwait(false);
        }
    }

    private async Task StoreAsync(DeadLetter letter, CancellationToken stoppingToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await _store!.AddAsync(letter, stoppingToken).ConfigureAwait(false);
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

using Choir.Observability;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Choir.Actors.Messaging;

/// <summary>
/// Logs what happens to actors and messages. The number of records per second is bounded; the next record says how many were
/// suppressed.
/// </summary>
/// <remarks>
/// Upkeep (<see cref="ActorMessage.IsUpkeep"/>) is logged at debug level, at information level if diagnostics of its actor
/// request it, and as a warning if it was slow. Failures are logged elsewhere.
/// </remarks>
internal sealed class MessageLog(
    ILoggerFactory loggers, ProcessClock clock, DiagnosticOverrides diagnostics, ActorTelemetry telemetry, IOptions<ActorOptions> options)
{
    // Quiet, because these methods are called in the actor's turn, which must end.
    private readonly QuietLogger _logger = new(loggers.CreateLogger("Choir.Actors"));
    private readonly QuietLogger _diagnostics = new(loggers.CreateLogger(DiagnosticLoggers.Category));
    private readonly long _frequency = clock.Time.TimestampFrequency;
    private readonly long _slow = (long)(options.Value.SlowAfter.TotalSeconds * clock.Time.TimestampFrequency);

    public void Destroyed(Actor actor, DestroyReason reason)
    {
        if ((actor.IsAnnounced || reason == DestroyReason.Failed)
            && actor.TypeTelemetry.DestroyedLog.Allows(clock.Timestamp, _frequency, out var suppressed))
        {
            Write(actor, LogLevel.Information, logger => logger.ActorDestroyed(
                actor.AddressOf.Id, actor.AddressOf.Type, TypeTelemetry.DestroyReasons[(int)reason], suppressed));
        }
    }

    /// <summary>Logs that a message's turn starts. The first message that is not silent also logs the creation of the actor.</summary>
    public void Received(Actor actor, MessageKind kind, ActorMessage message, long now)
    {
        var isSilent = message.IsUpkeep && !diagnostics.Logs(actor.AddressOf, LogLevel.Information);
        if (isSilent)
        {
            if (!_logger.IsEnabled(LogLevel.Debug))
            {
                kind.OnSilent();
                return;
            }
        }
        else if (!actor.IsAnnounced)
        {
            LogCreated(actor, now);
        }

        if (kind.ReceivedLog.Allows(now, _frequency) || diagnostics.Logs(actor.AddressOf, LogLevel.Information))
        {
            WriteReceived(actor, kind, message, isSilent ? LogLevel.Debug : LogLevel.Information);
        }
    }

    public void Processed(Actor actor, MessageKind kind, ActorMessage message, in Turn turn, long ended)
    {
        var level = LogLevel.Information;
        if (message.IsUpkeep && !diagnostics.Logs(actor.AddressOf, LogLevel.Information))
        {
            level = ended - turn.Started > _slow ? LogLevel.Warning : LogLevel.Debug;
            if (!_logger.IsEnabled(level))
            {
                return;
            }
        }

        if (kind.ProcessedLog.Allows(ended, _frequency) || diagnostics.Logs(actor.AddressOf, LogLevel.Information))
        {
            WriteProcessed(actor, kind, message, ended - turn.Started, level);
        }
    }

    /// <summary>Logs a turn that no message started, if it was slow.</summary>
    /// <param name="actor">The actor.</param>
    /// <param name="what">What started the turn: a timer, a reminder.</param>
    /// <param name="started">When it started, in ticks of the clock.</param>
    public void TurnEnded(Actor actor, string what, long started)
    {
        var took = clock.Timestamp - started;
        if (took > _slow)
        {
            Write(actor, LogLevel.Warning, logger => logger.TurnSlow(what, actor.AddressOf.Id, actor.AddressOf.Type, Milliseconds(took)));
        }
    }

    /// <summary>Logs that a message was refused before a handler got it.</summary>
    public void Refused(Actor actor, MessageKind kind, ActorMessage message, long now, string reason)
    {
        if (kind.RefusedLog.Allows(now, _frequency, out var suppressed))
        {
            // A message from outside the cluster is the caller's mistake, and the caller gets the error.
            var level = !message.Sender.IsNone ? LogLevel.Error
                : message.IsUpkeep ? LogLevel.Warning
                : LogLevel.Information;
            Write(actor, level, logger => logger.MessageRefused(
                level, actor.AddressOf.Id, actor.AddressOf.Type, kind.MessageType, message.Id, message.CorrelationId, reason, suppressed));
        }
    }

    public bool WantsState(Actor actor) => _logger.IsEnabled(LogLevel.Debug) || diagnostics.Logs(actor.AddressOf, LogLevel.Debug);

    /// <summary>Logs that a top-level key of an actor's state changed.</summary>
    public void StateUpdated(Actor actor, string key, string? before, string? after) =>
        Write(actor, LogLevel.Debug, logger => logger.ActorStateUpdated(actor.AddressOf.Id, actor.AddressOf.Type, key, before, after));

    private void LogCreated(Actor actor, long now)
    {
        actor.IsAnnounced = true;
        if (actor.TypeTelemetry.CreatedLog.Allows(now, _frequency, out var suppressed))
        {
            Write(actor, LogLevel.Information, logger => logger.ActorCreated(actor.AddressOf.Id, actor.AddressOf.Type, suppressed));
        }
    }

    private void WriteReceived(Actor actor, MessageKind kind, ActorMessage message, LogLevel level) =>
        Write(actor, level, logger =>
        {
            var suppressed = kind.ReceivedLog.Suppressed(Logged(kind));
            logger.MessageReceived(
                level, actor.AddressOf.Id, actor.AddressOf.Type, kind.MessageType, message.Id, message.CorrelationId, suppressed);
        });

    private void WriteProcessed(Actor actor, MessageKind kind, ActorMessage message, long processing, LogLevel level) =>
        Write(actor, level, logger =>
        {
            var (took, suppressed) = (Milliseconds(processing), kind.ProcessedLog.Suppressed(Logged(kind)));
            logger.MessageProcessed(
                level, actor.AddressOf.Id, actor.AddressOf.Type, kind.MessageType, message.Id, message.CorrelationId, took,
                message.Data.Length, suppressed);
        });

    // Upkeep that was not to be logged does not count as suppressed.
    private long Logged(MessageKind kind) => telemetry.Metrics.CountOf(kind) - kind.Silent;

    private double Milliseconds(long ticks) => Math.Round(ticks * 1_000.0 / _frequency, 3);

    private void Write(Actor actor, LogLevel level, Action<ILogger> write)
    {
        if (_logger.IsEnabled(level))
        {
            write(_logger);
        }
        else if (diagnostics.IsAny && diagnostics.Logs(actor.AddressOf, level))
        {
            write(_diagnostics);
        }
    }
}

using System.Diagnostics.CodeAnalysis;
using Choir.Actors.Messaging;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Choir.Actors.Telemetry;

/// <summary>
/// Writes what happens to actors and messages into the log: a bounded number of records a second, and what was left out
/// counted in the next.
/// </summary>
/// <remarks>
/// Upkeep (<see cref="ActorMessage.IsUpkeep"/>) is written at debug; at information where diagnostics of its actor ask for that
/// level; and as a warning where it was slow. What fails is written elsewhere, whatever it is.
/// </remarks>
[SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A log that fails must not disturb a message.")]
internal sealed class MessageLog(
    ILoggerFactory loggers, ProcessClock clock, DiagnosticOverrides diagnostics, ActorTelemetry telemetry, IOptions<ActorOptions> options)
{
    /// <summary>The category of records that an override asked for; its level is the override's.</summary>
    public const string DiagnosticsCategory = "Choir.Diagnostics";

    private readonly ILogger _logger = loggers.CreateLogger("Choir.Actors");
    private readonly ILogger _diagnostics = loggers.CreateLogger(DiagnosticsCategory);
    private readonly long _frequency = clock.Time.TimestampFrequency;
    private readonly long _slow = (long)(options.Value.SlowAfter.TotalSeconds * clock.Time.TimestampFrequency);

    /// <summary>An actor left memory.</summary>
    public void Destroyed(Actor actor, DestroyReason reason)
    {
        if ((actor.IsAnnounced || reason == DestroyReason.Failed)
            && actor.TypeTelemetry.DestroyedLog.Allows(clock.Timestamp, _frequency, out var suppressed))
        {
            Write(actor, LogLevel.Information, logger => logger.ActorDestroyed(
                actor.AddressOf.Id, actor.AddressOf.Type, TypeTelemetry.DestroyReasons[(int)reason], suppressed));
        }
    }

    /// <summary>A message's turn begins. With its first message that is not silent an actor is announced.</summary>
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
            Announce(actor, now);
        }

        if (kind.ReceivedLog.Allows(now, _frequency) || diagnostics.Logs(actor.AddressOf, LogLevel.Information))
        {
            WriteReceived(actor, kind, message, isSilent ? LogLevel.Debug : LogLevel.Information);
        }
    }

    /// <summary>A message's turn has ended.</summary>
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

    /// <summary>A turn that no message began has ended.</summary>
    /// <param name="actor">Whose it was.</param>
    /// <param name="what">What began it.</param>
    /// <param name="started">When it began, in ticks of the clock.</param>
    public void TurnEnded(Actor actor, string what, long started)
    {
        var took = clock.Timestamp - started;
        if (took > _slow)
        {
            Write(actor, LogLevel.Warning, logger => logger.TurnSlow(what, actor.AddressOf.Id, actor.AddressOf.Type, Milliseconds(took)));
        }
    }

    /// <summary>A message was refused before a handler saw it.</summary>
    public void Refused(Actor actor, MessageKind kind, ActorMessage message, string reason)
    {
        if (kind.RefusedLog.Allows(clock.Timestamp, _frequency))
        {
            // What comes from outside is somebody's mistake there, and is told to them.
            var level = !message.Sender.IsNone ? LogLevel.Error
                : message.IsUpkeep ? LogLevel.Warning
                : LogLevel.Information;
            Write(actor, level, logger => logger.MessageRefused(
                level, actor.AddressOf.Id, actor.AddressOf.Type, kind.MessageType, message.Id, message.CorrelationId, reason));
        }
    }

    /// <summary>Whether a record of a state change would be written.</summary>
    public bool WantsState(Actor actor) => _logger.IsEnabled(LogLevel.Debug) || diagnostics.Logs(actor.AddressOf, LogLevel.Debug);

    /// <summary>A top-level key of an actor's state changed.</summary>
    public void StateUpdated(Actor actor, string key, string? before, string? after) =>
        Write(actor, LogLevel.Debug, logger => logger.ActorStateUpdated(actor.AddressOf.Id, actor.AddressOf.Type, key, before, after));

    private void Announce(Actor actor, long now)
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

    // Upkeep that was not to be logged is not told of as left out.
    private long Logged(MessageKind kind) => telemetry.Metrics.Handled(kind) - kind.Silent;

    private double Milliseconds(long ticks) => Math.Round(ticks * 1_000.0 / _frequency, 3);

    private void Write(Actor actor, LogLevel level, Action<ILogger> write)
    {
        try
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
        catch (Exception)
        {
            // The log is told by nobody that it failed; the message goes on.
        }
    }
}

using System.Diagnostics.CodeAnalysis;
using Choir.Actors.Messaging;
using Microsoft.Extensions.Logging;

namespace Choir.Actors.Telemetry;

/// <summary>
/// Writes what happens to actors and messages into the log: a bounded number of records a second, and what was left out
/// counted in the next.
/// </summary>
[SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A log that fails must not disturb a message.")]
internal sealed class MessageLog(ILoggerFactory loggers, ProcessClock clock, DiagnosticOverrides diagnostics, ActorTelemetry telemetry)
{
    /// <summary>The category of records that an override asked for; its level is the override's.</summary>
    public const string DiagnosticsCategory = "Choir.Diagnostics";

    private readonly ILogger _logger = loggers.CreateLogger("Choir.Actors");
    private readonly ILogger _diagnostics = loggers.CreateLogger(DiagnosticsCategory);
    private readonly long _frequency = clock.Time.TimestampFrequency;

    /// <summary>An actor came into memory.</summary>
    public void Created(Actor actor)
    {
        var type = actor.TypeTelemetry;
        if (type.CreatedLog.Allows(clock.Timestamp, _frequency))
        {
            Write(actor, LogLevel.Information, logger => logger.ActorCreated(
                actor.AddressOf.Id, actor.AddressOf.Type, type.CreatedLog.Suppressed(type.Created)));
        }
    }

    /// <summary>An actor left memory.</summary>
    public void Destroyed(Actor actor, DestroyReason reason)
    {
        var type = actor.TypeTelemetry;
        if (type.DestroyedLog.Allows(clock.Timestamp, _frequency))
        {
            var count = Enumerable.Range(0, TypeTelemetry.DestroyReasons.Length).Sum(type.Destroyed);
            Write(actor, LogLevel.Information, logger => logger.ActorDestroyed(
                actor.AddressOf.Id, actor.AddressOf.Type, TypeTelemetry.DestroyReasons[(int)reason], type.DestroyedLog.Suppressed(count)));
        }
    }

    /// <summary>A message's turn begins.</summary>
    public void Received(Actor actor, MessageKind kind, long now)
    {
        if (kind.ReceivedLog.Allows(now, _frequency) || diagnostics.IsAny)
        {
            WriteReceived(actor, kind);
        }
    }

    /// <summary>A message's turn has ended.</summary>
    public void Processed(Actor actor, MessageKind kind, ActorMessage message, in Turn turn, long ended)
    {
        if (kind.ProcessedLog.Allows(ended, _frequency) || diagnostics.IsAny)
        {
            WriteProcessed(actor, kind, message.Data.Length, ended - turn.Started);
        }
    }

    /// <summary>A message was refused before a handler saw it.</summary>
    public void Refused(Actor actor, MessageKind kind, ActorMessage message, string reason)
    {
        if (kind.RefusedLog.Allows(clock.Timestamp, _frequency))
        {
            // What comes from outside is somebody's mistake there, and is told to them.
            var level = message.Sender.IsNone ? LogLevel.Information : LogLevel.Error;
            Write(actor, level, logger => logger.MessageRefused(
                level, actor.AddressOf.Id, actor.AddressOf.Type, kind.MessageType, message.Id, message.CorrelationId, reason));
        }
    }

    /// <summary>Whether a record of a state change would be written.</summary>
    public bool WantsState(Actor actor) => _logger.IsEnabled(LogLevel.Debug) || diagnostics.Logs(actor.AddressOf, LogLevel.Debug);

    /// <summary>A top-level key of an actor's state changed.</summary>
    public void StateUpdated(Actor actor, string key, string? before, string? after) =>
        Write(actor, LogLevel.Debug, logger => logger.ActorStateUpdated(actor.AddressOf.Id, actor.AddressOf.Type, key, before, after));

    private void WriteReceived(Actor actor, MessageKind kind)
    {
        if (actor.MessageInHand is { } message)
        {
            Write(actor, LogLevel.Information, logger => logger.MessageReceived(
                actor.AddressOf.Id, actor.AddressOf.Type, kind.MessageType, message.Id, message.CorrelationId,
                kind.ReceivedLog.Suppressed(telemetry.Metrics.Handled(kind))));
        }
    }

    private void WriteProcessed(Actor actor, MessageKind kind, int size, long processing)
    {
        if (actor.MessageInHand is { } message)
        {
            Write(actor, LogLevel.Information, logger => logger.MessageProcessed(
                actor.AddressOf.Id, actor.AddressOf.Type, kind.MessageType, message.Id, message.CorrelationId,
                Math.Round(processing * 1_000.0 / _frequency, 3), size, kind.ProcessedLog.Suppressed(telemetry.Metrics.Handled(kind))));
        }
    }

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

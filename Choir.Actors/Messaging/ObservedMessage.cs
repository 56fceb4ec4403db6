using Choir.Observability;

namespace Choir.Actors.Messaging;

/// <summary>A message as telemetry reads it.</summary>
internal readonly struct ObservedMessage(ActorMessage message) : IObservedMessage
{
    public static bool HasQueueAndSize => true;

    public Guid Id => message.Id;

    public Guid CorrelationId => message.CorrelationId;

    public Guid CausationId => message.CausationId;

    public TraceContext SenderTrace => message.SenderTrace;

    public ActorAddress Sender => message.Sender;

    public string Source => message.Source;

    public int Size => message.Data.Length;

    public bool ExpectsReply => message.ExpectsReply;

    public bool IsUpkeep => message.IsUpkeep;

    public bool TakeAsk(ActorTelemetry telemetry)
    {
        if (!ReferenceEquals(message.AskCounter, telemetry))
        {
            return false;
        }

        message.AskCounter = null;
        return true;
    }
}

/// <summary>Counts messages of actors.</summary>
internal static class ObservedMessages
{
    /// <inheritdoc cref="ActorTelemetry.Handled"/>
    public static void Handled(
        this ActorTelemetry telemetry, IObservedActor actor, MessageKind kind, ActorMessage message, in Turn turn, in TurnEnd end) =>
        telemetry.Handled(telemetry.Cells.Current(), actor, kind, new ObservedMessage(message), turn, end);
}

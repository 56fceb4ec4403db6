using Choir.Actors.Mailbox;
using Choir.Actors.Messaging;
using Choir.Observability;

namespace Choir.Actors;

/// <content>Turns while a profiler listens to <see cref="TurnCostSource"/>.</content>
public abstract partial class Actor
{
    private ValueTask<ActorReply> TakeProfiledTurnAsync(ActorMessage message, MessageHandler handler, Turn turn)
    {
        var before = TurnCosts.Enter(handler.Kind.Turns);
        try
        {
            return _runtime.Tracing.Wants(message.SenderTrace.IsSampled, this) ? TakeTracedTurnAsync(message, handler, turn) : HandleAsync(message, handler, turn, span: null);
        }
        finally
        {
            TurnCosts.Leave(before);
        }
    }
}

using Choir.Actors.Mailbox;
using Choir.Actors.Telemetry;

namespace Choir.Actors;

/// <content>
/// Detects deadlocks when they arise, by edge chasing (Chandy, Misra, Haas, "Distributed Deadlock Detection", 1983): the
/// message that closes a cycle of waits arrives at an actor that is waiting itself, so the chain of waits is followed from
/// there. Each step checks that the awaited message is still at its actor, so a wait that has just ended is no cycle.
/// </content>
public abstract partial class Actor
{
    /// <summary>The most actors of a chain that are followed.</summary>
    private const int MaxWaitHops = 64;

    /// <inheritdoc/>
    Task<string[]?> IActorGrain.FollowWaitAsync(Guid heldMessage, Guid blockedMessage, int hops)
    {
        var isHere = CurrentMessage?.Id == heldMessage || _turns.IsWaiting(heldMessage);
        if (!isHere || _waits.IsEmpty)
        {
            return Task.FromResult<string[]?>(null);
        }

        return _waits.Contains(blockedMessage)
            ? Task.FromResult<string[]?>([Address.ToString()])
            : FollowWaitsAsync(blockedMessage, hops - 1);
    }

    /// <summary>Records that the handler waits for the reply to a message that it sent.</summary>
    internal void BeginWait(ActorMessage message) => _waits.Add(message);

    internal void EndWait(ActorMessage message) => _waits.Remove(message);

    private async Task<string[]?> FindCycleAsync(Ticket ticket, ActorMessage message)
    {
        try
        {
            var path = await FollowWaitsAsync(message.Id, MaxWaitHops);
            return path is not null && _turns.Withdraw(ticket, TicketOutcome.Deadlock) ? path : null;
        }
        catch (Exception e)
        {
            // An actor of the chain could not be asked. The timeouts still end the wait.
            _runtime.Logger.WaitChainBroken(Address, e);
            return null;
        }
    }

    private async Task<string[]?> FollowWaitsAsync(Guid blockedMessage, int hops)
    {
        if (hops <= 0)
        {
            return null;
        }

        foreach (var awaited in _waits.Snapshot())
        {
            var rest = await _runtime.Postman.GrainOf(awaited.To.Address).FollowWaitAsync(awaited.Id, blockedMessage, hops);
            if (rest is not null)
            {
                return [Address.ToString(), .. rest];
            }
        }

        return null;
    }

    private ActorReply AnswerDeadlock(ActorMessage message, MessageHandler handler, string[] path)
    {
        var reply = DeadlockReply(path);
        var turn = _runtime.Telemetry.Begin(message);
        _runtime.Telemetry.Deadlocked(handler.Kind, path);
        _runtime.Telemetry.Handled(this, handler.Kind, message, turn, new TurnEnd(turn.Started, Outcome.Rejected, reply.ErrorMessage()));
        return reply.Answering(message.Id);
    }

    private static ActorReply DeadlockReply(string[] path) =>
        ActorReply.Failure(ErrorCodes.Deadlock, $"Deadlock: {Describe(path)}.");

    /// <summary>The actors of a cycle, from one of them back to the same.</summary>
    private static string Describe(string[] path)
    {
        var isClosed = path.Length > 1 && path[0] == path[^1];
        return string.Join(" waits for ", isClosed ? path : [.. path, path.FirstOrDefault() ?? ""]);
    }
}

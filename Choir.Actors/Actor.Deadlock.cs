using Choir.Actors.Mailbox;

namespace Choir.Actors;

/// <content>
/// Finds cycles of waits by following them from actor to actor, as they arise: the message that closes a cycle always
/// arrives at an actor that is waiting itself (edge chasing: Chandy, Misra, Haas, "Distributed Deadlock Detection",
/// 1983). Each step checks that the awaited message is still where it was, so a wait that has just ended is no cycle.
/// </content>
public abstract partial class Actor
{
    /// <summary>No chain of waits is followed further than this.</summary>
    private const int MaxWaitHops = 64;

    /// <inheritdoc/>
    Task<string[]?> IActorGrain.FollowWait(Guid heldMessage, Guid blockedMessage, int hops)
    {
        var isHere = CurrentMessage?.Id == heldMessage || _turns.IsWaiting(heldMessage);
        if (!isHere || _waits.IsEmpty)
        {
            return Task.FromResult<string[]?>(null);
        }

        return _waits.Contains(blockedMessage)
            ? Task.FromResult<string[]?>([Address.ToString()])
            : FollowOn(blockedMessage, hops - 1);
    }

    private async Task<ActorReply> AskAndWait(
        ActorAddress target, ActorMessage message, TimeSpan timeout, CancellationToken cancellationToken)
    {
        _waits.Add(target, message.Id);
        try
        {
            return await _runtime.Postman.Ask(target, message, timeout, cancellationToken);
        }
        finally
        {
            _waits.Remove(message.Id);
        }
    }

    private async Task<string[]?> FindCycle(Ticket ticket, ActorMessage message)
    {
        try
        {
            var path = await FollowOn(message.Id, MaxWaitHops);
            return path is not null && _turns.Withdraw(ticket, TicketOutcome.Deadlock) ? path : null;
        }
        catch (Exception e)
        {
            // An actor on the way could not be asked; the time-outs still end the wait.
            _runtime.Logger.WaitChainBroken(Address, e);
            return null;
        }
    }

    private async Task<string[]?> FollowOn(Guid blockedMessage, int hops)
    {
        if (hops <= 0)
        {
            return null;
        }

        foreach (var (target, messageId) in _waits.Snapshot())
        {
            var rest = await _runtime.Postman.GrainOf(target).FollowWait(messageId, blockedMessage, hops);
            if (rest is not null)
            {
                return [Address.ToString(), .. rest];
            }
        }

        return null;
    }

    private static ActorReply DeadlockReply(string[] path) =>
        ActorReply.Failure(
            ErrorCodes.Deadlock,
            $"Waiting would never end: {string.Join(" waits for ", path)}{(path.Length > 1 && path[0] == path[^1] ? "" : $" waits for {path.FirstOrDefault()}")}.");
}

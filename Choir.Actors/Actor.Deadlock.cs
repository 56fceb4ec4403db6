using Choir.Actors.Inspection;
using Choir.Actors.Mailbox;
using Choir.Actors.Messaging;
using Choir.Observability;
using Microsoft.Extensions.DependencyInjection;
using Orleans;

namespace Choir.Actors;

/// <content>
/// Detects deadlocks when they arise: the message that closes a cycle of waits arrives at an actor that is waiting itself, so
/// the waits are followed from there. Each step checks that the awaited message is still at its actor, so a wait that has just
/// ended is no cycle.
/// </content>
public abstract partial class Actor
{
    /// <summary>Whether the actor starts or stops: it takes no message meanwhile.</summary>
    private bool _isInLifecycle;

    /// <inheritdoc/>
    Task<AwaitedReply[]?> IActorGrain.WaitsOfAsync(Guid message)
    {
        var isHere = CurrentMessage?.Id == message || _turns.IsWaiting(message) || _paused?.IsWaiting(message) == true;
        return Task.FromResult(isHere && !_waits.IsEmpty ? Waits() : null);
    }

    /// <summary>Records that the handler waits for the reply to a message that it sent.</summary>
    internal void BeginWait(ActorMessage message) => _waits.Add(message);

    internal void EndWait(ActorMessage message) => _waits.Remove(message);

    /// <summary>Asks another actor: the handler waits for it.</summary>
    internal Task<ActorReply> AskAsync(ActorAddress target, ActorMessage message, TimeSpan limit, CancellationToken cancellationToken) =>
        target == Address ? Task.FromResult(DeadlockReply([Address.ToString(), Address.ToString()]).Answering(message.Id))
        : _runtime.AskGuard is { } guard && _runtime.Postman.IsHandled(target, message.Type, message.SentTimestamp) && guard.Refuse(Address, target, message.Type) is { } cycle
            ? Task.FromResult(ActorReply.Failure(ErrorCodes.Deadlock, $"A deadlock is possible, and the setting FailsPossibleDeadlocks ends this ask: {cycle}.").Answering(message.Id))
        : _isInLifecycle ? AskInLifecycleAsync(target, message, limit, cancellationToken)
        : _runtime.Postman.AskAsync(target, message, limit, this, cancellationToken);

    /// <summary>
    /// Asks another actor while this one starts or stops. No message gets here meanwhile, so that a cycle of waits is not found
    /// when it arises.
    /// </summary>
    private async Task<ActorReply> AskInLifecycleAsync(
        ActorAddress target, ActorMessage message, TimeSpan limit, CancellationToken cancellationToken)
    {
        var asked = _runtime.Postman.AskAsync(target, message, limit, this, cancellationToken);
        var isFirst = _placeInFlight < 0;
        if (isFirst)
        {
            // So that the wait is shown in /actors/stuck.
            TypeTelemetry.InFlight.Add(this);
        }

        try
        {
            var path = asked.IsCompleted ? null : await ServiceProvider.GetRequiredService<LifecycleWaits>().FindCycleAsync(Address, asked);
            if (path is null)
            {
                return await asked;
            }

            EndWait(message);
            asked.Ignore();
            _runtime.Telemetry.Deadlocks.Add(Address.Type, message.Type, path);
            return DeadlockReply(path).Answering(message.Id);
        }
        finally
        {
            if (isFirst)
            {
                TypeTelemetry.InFlight.Remove(this);
            }
        }
    }

    private async Task<string[]?> FindCycleAsync(Ticket ticket, ActorMessage message)
    {
        var chain = new WaitSearch(wait => _runtime.Postman.GrainOf(wait.From).WaitsOfAsync(wait.Message), _runtime.Clock.Time);

        // If an actor of the chain cannot be asked, the timeouts still end the wait.
        var rest = await chain.FindAsync(Waits(), message.Id, e => _runtime.Logger.WaitChainBroken(Address, e));
        return rest is not null && _turns.Withdraw(ticket, TicketOutcome.Deadlock)
            ? [Address.ToString(), .. rest.Select(actor => actor.ToString())]
            : null;
    }

    private AwaitedReply[] Waits() => Array.ConvertAll(_waits.Snapshot(), message => new AwaitedReply(message.To.Address, message.Id));

    private ActorReply AnswerDeadlock(ActorMessage message, MessageHandler handler, long arrived, string[] path)
    {
        var reply = DeadlockReply(path);
        var turn = _runtime.Clock.Begin(message, arrived);
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

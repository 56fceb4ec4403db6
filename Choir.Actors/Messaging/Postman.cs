using Choir.Actors.Hosting;
using Choir.Actors.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Metadata;
using Orleans.Runtime;

namespace Choir.Actors.Messaging;

/// <summary>Carries stamped messages to actors, and knows what to do when one does not arrive.</summary>
internal sealed class Postman(
    ClusterActorTypes types,
    ProcessClock clock,
    DeadLetters deadLetters,
    ActorTelemetry telemetry,
    IOptions<ActorOptions> options,
    ILogger<Postman> logger)
{
    /// <summary>
    /// How often a message is sent again because the activation or the host that held it was on its way out, about 5 s
    /// in all. The engine holds a message to a leaving activation until the next one is there, so one is the rule.
    /// </summary>
    private const int MaxReroutes = 8;

    private const string MovedTooOften = "It was moved again and again before its turn came.";

    /// <summary>The engine looks for calls whose time is over once a second; a shorter wait needs a timer of its own.</summary>
    private static readonly TimeSpan ShortTimeout = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan RerouteDelay = TimeSpan.FromMilliseconds(20);

    /// <summary>The type of the reply by which an actor asks the sender to send again; it never leaves the library.</summary>
    private const string RerouteType = "_REROUTE_";

    /// <summary>How an actor asks the sender to send again.</summary>
    public static ActorReply Reroute { get; } = new() { Type = RerouteType, Data = ActorJson.Empty };

    /// <summary>The actor types that the cluster has now.</summary>
    public IReadOnlyCollection<string> ActorTypes => types.Names;

    /// <summary>The time that an <c>Ask</c> gets unless it says otherwise.</summary>
    public TimeSpan AskTimeout { get; } = options.Value.AskTimeout;

    /// <summary>Sends a message and awaits the reply.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="message">The message.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="sender">The actor whose handler waits; null outside of actors.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="ActorUnavailableException">The actor could not be reached or started.</exception>
    public Task<ActorReply> AskAsync(
        ActorAddress target, ActorMessage message, TimeSpan timeout, Actor? sender, CancellationToken cancellationToken)
    {
        try
        {
            if (!types.TryFind(target, message.SentTimestamp, out var actor))
            {
                telemetry.Asked(message.Sender.Type, MessageKind.Unknown, message.SentTimestamp, Outcome.Rejected);
                return Task.FromResult(UnknownType(target).Answering(message.Id));
            }

            message.To = actor;
        }
        catch (InvalidOperationException e)
        {
            return Task.FromException<ActorReply>(new ActorUnavailableException(target, e));
        }

        // The engine gives a call up when its time is over; only where that is too coarse, or the sender may cancel, there
        // is a timer.
        sender?.BeginWait(message);
        message.AskCounter = telemetry;
        return cancellationToken.CanBeCanceled || timeout < ShortTimeout
            ? AskExactlyAsync(message, timeout, sender, cancellationToken)
            : AskSimplyAsync(message, sender);
    }

    // What it keeps while it waits is copied to the heap for each message, so it keeps little: nothing that an assignment
    // before the wait would keep, and awaiters of one type. An actor goes on on its own scheduler.
    private async Task<ActorReply> AskSimplyAsync(ActorMessage message, Actor? sender)
    {
        Exception? failure;
        try
        {
            var reply = await message.To.Grain.DeliverAsync(message).ConfigureAwait(sender is not null);
            if (reply.Type != RerouteType)
            {
                return Answered(reply, message, sender);
            }

            failure = null;
        }
        catch (Exception e)
        {
            failure = e;
        }

        return await AskAgainAsync(failure, message, sender, CancellationToken.None).ConfigureAwait(sender is not null);
    }

    private async Task<ActorReply> AskExactlyAsync(
        ActorMessage message, TimeSpan timeout, Actor? sender, CancellationToken cancellationToken)
    {
        Exception? failure = null;
        Task<ActorReply>? running = null;
        try
        {
            running = cancellationToken.CanBeCanceled
                ? message.To.Grain.DeliverCancellableAsync(message, cancellationToken).AsTask()
                : message.To.Grain.DeliverAsync(message).AsTask();
            var reply = await running.WaitAsync(timeout, clock.Time, cancellationToken).ConfigureAwait(sender is not null);
            if (reply.Type != RerouteType)
            {
                return Answered(reply, message, sender);
            }
        }
        catch (Exception e)
        {
            running?.Ignore();
            failure = e;
        }

        return await AskAgainAsync(failure, message, sender, cancellationToken).ConfigureAwait(sender is not null);
    }

    /// <summary>Tries again where that can help, and says otherwise what was wrong.</summary>
    private async ValueTask<ActorReply> AskAgainAsync(
        Exception? failure, ActorMessage message, Actor? sender, CancellationToken cancellationToken)
    {
        try
        {
            // Refused before it was handed to the actor, by an activation or a host that is leaving.
            if (failure is null || IsRefusal(failure))
            {
                var reply = await DeliverAgainAsync(message, cancellationToken).ConfigureAwait(sender is not null);
                return reply is not null
                    ? Answered(reply, message, sender)
                    : throw new InvalidOperationException(MovedTooOften);
            }
        }
        catch (Exception e)
        {
            failure = e;
        }

        var gaveUp = failure is OperationCanceledException && cancellationToken.IsCancellationRequested;
        var outcome = gaveUp || failure is TimeoutException ? Outcome.Timeout : Outcome.Unknown;
        sender?.EndWait(message);
        if (message.AskCounter is not null)
        {
            // Otherwise it was answered, and counted, while the sender gave it up.
            message.AskCounter = null;
            telemetry.Asked(message.Sender.Type, message.To.Type.Name, message.SentTimestamp, outcome);
        }

        if (failure is TimeoutException)
        {
            var limit = message.AskTimeout?.TotalSeconds;
            return ActorReply.Failure(ErrorCodes.Timeout, $"{message.To.Address} did not answer {message.Type} within {limit:0.###} s.")
                .Answering(message.Id);
        }

        throw gaveUp ? failure! : new ActorUnavailableException(message.To.Address, failure!);
    }

    private ActorReply Answered(ActorReply reply, ActorMessage message, Actor? sender)
    {
        sender?.EndWait(message);
        if (message.AskCounter is not null)
        {
            telemetry.Asked(message.Sender.Type, message.To.Type.Name, message.SentTimestamp, OutcomeOf(reply));
        }

        return reply;
    }

    /// <summary>Sends a message and watches what becomes of it, without anybody waiting.</summary>
    public void Tell(ActorAddress target, ActorMessage message) => WatchAsync(target, message).Ignore();

    private async Task WatchAsync(ActorAddress target, ActorMessage message)
    {
        try
        {
            if (!types.TryFind(target, message.SentTimestamp, out var actor))
            {
                deadLetters.Add(target, message, DeadLetterReasons.Undeliverable, UnknownType(target).Error().Message);
                return;
            }

            message.To = actor;
            if (await DeliverSomehowAsync(message).ConfigureAwait(false) is null)
            {
                deadLetters.Add(target, message, DeadLetterReasons.Undeliverable, MovedTooOften);
            }
        }
        catch (TimeoutException)
        {
            // It may still be waiting for its turn, or be at work: nothing is known, so it is no dead letter.
            telemetry.NothingHeard(message.Sender.Type, target.Type, message.To.Type.NameOf(message.Type));
            logger.TellOutcomeUnknown(message.Type, target, message.Id);
        }
        catch (Exception e)
        {
            deadLetters.Add(target, message, DeadLetterReasons.Undeliverable, e.Message);
        }
    }

    private async Task<ActorReply?> DeliverSomehowAsync(ActorMessage message)
    {
        try
        {
            var reply = await message.To.Grain.DeliverAsync(message).ConfigureAwait(false);
            if (reply.Type != RerouteType)
            {
                return reply;
            }
        }
        catch (Exception e) when (IsRefusal(e))
        {
            // Refused before it was handed to the actor, by a host that is leaving.
        }

        return await DeliverAgainAsync(message, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Sends a message again that an activation or a host on its way out did not take.</summary>
    /// <returns>The reply; null if it was refused each time.</returns>
    private async Task<ActorReply?> DeliverAgainAsync(ActorMessage message, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MaxReroutes; attempt++)
        {
            try
            {
                var reply = await message.To.Grain.DeliverAsync(message).ConfigureAwait(false);
                if (reply.Type != RerouteType)
                {
                    return reply;
                }
            }
            catch (Exception e) when (IsRefusal(e) && attempt < MaxReroutes - 1)
            {
                await Task.Delay(RerouteDelay * (1 << attempt), clock.Time, cancellationToken).ConfigureAwait(false);
            }
        }

        return null;
    }

    private static bool IsRefusal(Exception e) => e is OrleansMessageRejectionException and not SiloUnavailableException;

    private static Outcome OutcomeOf(ActorReply reply)
    {
        if (!reply.IsError)
        {
            return Outcome.Ok;
        }

        return reply.Error().Code switch
        {
            ErrorCodes.Timeout => Outcome.Timeout,
            ErrorCodes.HandlerFailed => Outcome.Error,
            ErrorCodes.UnknownMessageType or ErrorCodes.MailboxFull or ErrorCodes.InvalidData or ErrorCodes.Deadlock => Outcome.Rejected,
            _ => Outcome.Error,
        };
    }

    /// <summary>The engine's handle of an actor.</summary>
    public IActorGrain GrainOf(ActorAddress target) => types.GrainOf(target);

    private ActorReply UnknownType(ActorAddress target) =>
        ActorReply.Failure(
            ErrorCodes.UnknownActorType,
            $"There is no actor type \"{target.Type}\". There are: {string.Join(", ", types.Names.Order(StringComparer.Ordinal))}.");
}

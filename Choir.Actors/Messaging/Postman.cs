using Choir.Actors.Hosting;
using Choir.Observability;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Metadata;
using Orleans.Runtime;

namespace Choir.Actors.Messaging;

/// <summary>Delivers stamped messages to actors, and sends again those that an activation or host refused because it is leaving.</summary>
internal sealed class Postman(
    ClusterActorTypes types,
    ProcessClock clock,
    DeadLetters deadLetters,
    ActorTelemetry telemetry,
    IOptions<ActorOptions> options,
    ILogger<Postman> logger)
{
    /// <summary>
    /// How often a refused message is sent again, over about 5 s in all. Orleans holds a message to a leaving activation
    /// until the next activation exists, so one retry is normally enough.
    /// </summary>
    private const int MaxRetries = 8;

    /// <summary>The type of <see cref="Reroute"/>; it is never returned to a caller of the library.</summary>
    private const string RerouteType = "_REROUTE_";

    /// <summary>Before the first retry; doubled for each further one.</summary>
    private static readonly TimeSpan FirstRetryDelay = TimeSpan.FromMilliseconds(20);

    /// <summary>Orleans looks for expired calls once a second; a shorter timeout needs a timer of its own.</summary>
    private static readonly TimeSpan ShortTimeout = TimeSpan.FromSeconds(20);

    /// <summary>The reply by which a leaving activation asks the sender to send the message again.</summary>
    public static ActorReply Reroute { get; } = new() { Type = RerouteType, Data = ActorJson.Empty };

    /// <summary>The actor types of the cluster's active hosts.</summary>
    public IReadOnlyCollection<string> ActorTypes => types.Names;

    /// <summary>Whether a host has a handler for messages of a type; false if that is not known.</summary>
    /// <param name="target">The receiving actor.</param>
    /// <param name="messageType">The message type.</param>
    /// <param name="now">A timestamp of the clock.</param>
    public bool IsHandled(in ActorAddress target, string messageType, long now)
    {
        try
        {
            return types.TryGet(target.Type, now, out var type) && type.MessageTypes.Contains(messageType);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>The default timeout of an <c>Ask</c>.</summary>
    public TimeSpan AskTimeout { get; } = options.Value.AskTimeout;

    /// <summary>Sends a message and awaits the reply.</summary>
    /// <param name="target">The receiving actor.</param>
    /// <param name="message">The message.</param>
    /// <param name="timeout">How long to wait, retries included; the same as the message's <see cref="ActorMessage.AskTimeout"/>.</param>
    /// <param name="sender">The actor whose handler waits; null outside of actors.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="ActorUnavailableException">The actor could not be reached or started.</exception>
    public Task<ActorReply> AskAsync(
        ActorAddress target, ActorMessage message, TimeSpan timeout, Actor? sender, CancellationToken cancellationToken)
    {
        try
        {
            if (!types.TryFind(target, message.SentTimestamp, out var actor))
            {
                telemetry.Asked(message.Source, MessageKind.Unknown, message.SentTimestamp, Outcome.Rejected);
                var error = types.Unknown(target.Type);
                return Task.FromResult(ActorReply.Failure(error.Code, error.Message).Answering(message.Id));
            }

            message.To = actor;
        }
        catch (InvalidOperationException e)
        {
            return Task.FromException<ActorReply>(new ActorUnavailableException(target, e));
        }

        // Orleans ends a call at its timeout. A timer is needed only where that is too coarse or the sender may cancel.
        sender?.BeginWait(message);
        message.AskCounter = telemetry;
        return cancellationToken.CanBeCanceled || timeout < ShortTimeout
            ? AskWithTimerAsync(message, timeout, sender, cancellationToken)
            : AskWithoutTimerAsync(message, sender);
    }

    // The state of this method is copied to the heap for each message. So it has few locals that live across an await, and
    // awaiters of one type only. An actor continues on its own scheduler.
    private async Task<ActorReply> AskWithoutTimerAsync(ActorMessage message, Actor? sender)
    {
        Exception? failure;
        try
        {
            var reply = await message.To.Grain.DeliverAsync(message).ConfigureAwait(sender is not null);
            if (reply.Type != RerouteType)
            {
                return EndAsk(reply, message, sender);
            }

            failure = null;
        }
        catch (Exception e)
        {
            failure = e;
        }

        return await AskAgainAsync(failure, message, sender, CancellationToken.None).ConfigureAwait(sender is not null);
    }

    private async Task<ActorReply> AskWithTimerAsync(
        ActorMessage message, TimeSpan timeout, Actor? sender, CancellationToken cancellationToken)
    {
        Exception? failure = null;
        Task<ActorReply>? call = null;
        try
        {
            call = Call(message, cancellationToken);
            var reply = await call.WaitAsync(timeout, clock.Time, cancellationToken).ConfigureAwait(sender is not null);
            if (reply.Type != RerouteType)
            {
                return EndAsk(reply, message, sender);
            }
        }
        catch (Exception e)
        {
            call?.Ignore();
            failure = e;
        }

        return await AskAgainAsync(failure, message, sender, cancellationToken).ConfigureAwait(sender is not null);
    }

    /// <summary>Sends a refused message again; for any other failure, reports it to the sender.</summary>
    private async ValueTask<ActorReply> AskAgainAsync(
        Exception? failure, ActorMessage message, Actor? sender, CancellationToken cancellationToken)
    {
        if (failure is null || IsRefusal(failure))
        {
            try
            {
                return EndAsk(await DeliverAgainAsync(message, cancellationToken).ConfigureAwait(sender is not null), message, sender);
            }
            catch (Exception e)
            {
                failure = e;
            }
        }

        var isCancelled = failure is OperationCanceledException && cancellationToken.IsCancellationRequested;
        sender?.EndWait(message);
        if (message.AskCounter is not null)
        {
            // Otherwise the reply was counted while the sender stopped waiting.
            message.AskCounter = null;
            var outcome = isCancelled || failure is TimeoutException ? Outcome.Timeout
                : failure is ActorErrorException { Error: var refused } ? ReplyOutcomes.OfError(refused)
                : Outcome.Unknown;
            telemetry.Asked(message.Source, message.To.Type.Name, message.SentTimestamp, outcome);
        }

        if (failure is TimeoutException)
        {
            var limit = message.AskTimeout?.TotalSeconds;
            return ActorReply.Failure(ErrorCodes.Timeout, $"{message.To.Address} did not answer {message.Type} within {limit:0.###} s.")
                .Answering(message.Id);
        }

        if (failure is ActorErrorException { Error: var error })
        {
            // The actor refused to start.
            return ActorReply.Failure(error).Answering(message.Id);
        }

        throw isCancelled ? failure : new ActorUnavailableException(message.To.Address, failure);
    }

    private ActorReply EndAsk(ActorReply reply, ActorMessage message, Actor? sender)
    {
        sender?.EndWait(message);
        if (message.AskCounter is not null)
        {
            telemetry.Asked(message.Source, message.To.Type.Name, message.SentTimestamp, ReplyOutcomes.Of(reply));
        }

        return reply;
    }

    /// <summary>Sends a message without waiting.</summary>
    public void Tell(ActorAddress target, ActorMessage message) => TellAsync(target, message).Ignore();

    private async Task TellAsync(ActorAddress target, ActorMessage message)
    {
        try
        {
            if (!types.TryFind(target, message.SentTimestamp, out var actor))
            {
                deadLetters.Add(target, message, DeadLetterReasons.Undeliverable, types.Unknown(target.Type).Message);
                return;
            }

            message.To = actor;
            bool isRefused;
            try
            {
                isRefused = (await actor.Grain.DeliverAsync(message).ConfigureAwait(false)).Type == RerouteType;
            }
            catch (Exception e) when (IsRefusal(e))
            {
                isRefused = true;
            }

            if (isRefused)
            {
                await DeliverAgainAsync(message, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (TimeoutException)
        {
            // The message may still wait in the queue or be in its handler, so it is no dead letter.
            telemetry.Unacknowledged(message.Source, target.Type, message.To.Type.NameOf(message.Type));
            logger.TellOutcomeUnknown(message.Type, target, message.Id);
        }
        catch (Exception e)
        {
            deadLetters.Add(target, message, DeadLetterReasons.Undeliverable, FailureText.Of(e), e.Message);
        }
    }

    /// <summary>
    /// Sends a refused message again (a copy, with what is left of its time to live), after a delay that doubles with each attempt. An ask ends with its own timeout, also
    /// while it is delayed; a tell has no limit here, because the receiving actor drops it if it has expired.
    /// </summary>
    /// <exception cref="TimeoutException">The ask's timeout has passed.</exception>
    /// <exception cref="InvalidOperationException">The message was refused on every attempt.</exception>
    private async ValueTask<ActorReply> DeliverAgainAsync(ActorMessage message, CancellationToken cancellationToken)
    {
        Exception? refusal = null;
        for (var retry = 0; retry < MaxRetries; retry++)
        {
            await Task.Delay(FirstRetryDelay * (1 << retry), clock.Time, cancellationToken)
                .WaitAsync(TimeLeft(message), clock.Time, cancellationToken).ConfigureAwait(false);
            Task<ActorReply>? call = null;
            try
            {
                call = Call(clock.StampAgain(message), cancellationToken);
                var reply = await call.WaitAsync(TimeLeft(message), clock.Time, cancellationToken).ConfigureAwait(false);
                if (reply.Type != RerouteType)
                {
                    return reply;
                }
            }
            catch (Exception e)
            {
                call?.Ignore();
                refusal = e;
                if (!IsRefusal(e))
                {
                    throw;
                }
            }
        }

        throw new InvalidOperationException($"It was refused by a leaving activation or host {MaxRetries + 1} times.", refusal);
    }

    private static Task<ActorReply> Call(ActorMessage message, CancellationToken cancellationToken) =>
        cancellationToken.CanBeCanceled
            ? message.To.Grain.DeliverCancellableAsync(message, cancellationToken).AsTask()
            : message.To.Grain.DeliverAsync(message).AsTask();

    private TimeSpan TimeLeft(ActorMessage message)
    {
        if (message.AskTimeout is not { } timeout)
        {
            return Timeout.InfiniteTimeSpan;
        }

        var left = timeout - clock.Time.GetElapsedTime(message.SentTimestamp);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>Whether a leaving activation or host returned the message before any handler saw it.</summary>
    private static bool IsRefusal(Exception e) => e is OrleansMessageRejectionException and not SiloUnavailableException;

    /// <summary>The Orleans grain reference of an actor.</summary>
    public IActorGrain GrainOf(ActorAddress target) => types.GrainOf(target);
}

using Choir.Actors.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;

namespace Choir.Actors.Messaging;

/// <summary>Carries stamped messages to actors, and knows what to do when one does not arrive.</summary>
internal sealed class Postman(
    IGrainFactory grains,
    ClusterActorTypes types,
    ProcessClock clock,
    DeadLetters deadLetters,
    IOptions<ActorOptions> options,
    ILogger<Postman> logger)
{
    /// <summary>
    /// How often a message is sent again because the activation or the host that held it was on its way out, about 5 s
    /// in all. The engine holds a message to a leaving activation until the next one is there, so one is the rule.
    /// </summary>
    private const int MaxReroutes = 8;

    private static readonly TimeSpan RerouteDelay = TimeSpan.FromMilliseconds(20);

    /// <summary>The type of the reply by which an actor asks the sender to send again; it never leaves the library.</summary>
    private const string RerouteType = "_REROUTE_";

    /// <summary>How an actor asks the sender to send again.</summary>
    public static ActorReply Reroute { get; } = new() { Type = RerouteType, Data = ActorJson.Empty };

    /// <summary>The actor types that the cluster has now.</summary>
    public IReadOnlyCollection<string> ActorTypes => types.Names;

    /// <summary>The time that an <c>Ask</c> gets unless it says otherwise.</summary>
    public TimeSpan AskTimeout => options.Value.AskTimeout;

    /// <summary>Sends a message and awaits the reply.</summary>
    /// <exception cref="ActorUnavailableException">The actor could not be reached or started.</exception>
    public async Task<ActorReply> Ask(
        ActorAddress target, ActorMessage message, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var reply = Task.FromResult<ActorReply?>(null);
        try
        {
            if (!IsKnown(target))
            {
                return UnknownType(target).Answering(message.Id);
            }

            reply = Deliver(target, message, cancellationToken);
            return await reply.WaitAsync(timeout, clock.Time, cancellationToken).ConfigureAwait(false)
                ?? throw new InvalidOperationException($"It was moved {MaxReroutes} times before its turn came.");
        }
        catch (TimeoutException)
        {
            reply.Ignore();
            return ActorReply.Failure(ErrorCodes.Timeout, $"{target} did not answer {message.Type} within {timeout.TotalSeconds:0.###} s.")
                .Answering(message.Id);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            reply.Ignore();
            throw;
        }
        catch (Exception e)
        {
            throw new ActorUnavailableException(target, e);
        }
    }

    /// <summary>Sends a message and watches what becomes of it, without anybody waiting.</summary>
    public void Tell(ActorAddress target, ActorMessage message) => Watch(target, message).Ignore();

    private async Task Watch(ActorAddress target, ActorMessage message)
    {
        try
        {
            if (!IsKnown(target))
            {
                deadLetters.Add(target, message, DeadLetterReasons.Undeliverable, UnknownType(target).Error().Message);
            }
            else if (await Deliver(target, message, CancellationToken.None).ConfigureAwait(false) is null)
            {
                deadLetters.Add(target, message, DeadLetterReasons.Undeliverable, $"It was moved {MaxReroutes} times before its turn came.");
            }
        }
        catch (TimeoutException)
        {
            // It may still be waiting for its turn, or be at work: nothing is known, so it is no dead letter.
            logger.TellOutcomeUnknown(message.Type, target, message.Id);
        }
        catch (Exception e)
        {
            deadLetters.Add(target, message, DeadLetterReasons.Undeliverable, e.Message);
        }
    }

    private async Task<ActorReply?> Deliver(ActorAddress target, ActorMessage message, CancellationToken cancellationToken)
    {
        var grain = GrainOf(target);
        for (var attempt = 0; attempt <= MaxReroutes; attempt++)
        {
            try
            {
                var reply = await (cancellationToken.CanBeCanceled
                    ? grain.DeliverCancellable(message, cancellationToken)
                    : grain.Deliver(message)).ConfigureAwait(false);
                if (reply.Type != RerouteType)
                {
                    return reply;
                }
            }
            catch (OrleansMessageRejectionException e) when (e is not SiloUnavailableException && attempt < MaxReroutes)
            {
                // Refused before it was handed to the actor, by a host that is leaving.
                await Task.Delay(RerouteDelay * (1 << attempt), clock.Time, cancellationToken).ConfigureAwait(false);
            }
        }

        return null;
    }

    /// <summary>The engine's handle of an actor.</summary>
    public IActorGrain GrainOf(ActorAddress target) =>
        grains.GetGrain<IActorGrain>(GrainId.Create(target.Type, target.Id));

    private bool IsKnown(ActorAddress target)
    {
        var known = types.Names;
        return known.Count == 0
            ? throw new InvalidOperationException("No actor host has joined the cluster yet.")
            : known.Contains(target.Type);
    }

    private ActorReply UnknownType(ActorAddress target) =>
        ActorReply.Failure(
            ErrorCodes.UnknownActorType,
            $"There is no actor type \"{target.Type}\". There are: {string.Join(", ", types.Names.Order(StringComparer.Ordinal))}.");
}

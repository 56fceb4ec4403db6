using System.ComponentModel;
using Choir.Observability;
using Orleans;
using Orleans.Concurrency;

namespace Choir.Actors;

/// <summary>The Orleans interface of actors. Use <see cref="IActorClient"/> to send messages.</summary>
/// <remarks>
/// Every method is always-interleave: Orleans passes each call to the activation at once, and the actor's own queue decides
/// the order. A call is open until its message has been handled, so Orleans waits for it, or reroutes it, when the
/// activation is deactivated.
/// </remarks>
[Alias("Choir.Actors.IActorGrain"), CountedBySender]
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IActorGrain : IGrainWithStringKey
{
    /// <summary>Delivers a message.</summary>
    /// <param name="message">The message.</param>
    [AlwaysInterleave, ActorCall, Alias("Deliver")]
    ValueTask<ActorReply> DeliverAsync(ActorMessage message);

    /// <summary>Delivers a message whose sender may cancel it.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Cancelled by the sender.</param>
    [AlwaysInterleave, ActorCall, Alias("DeliverCancellable")]
    ValueTask<ActorReply> DeliverCancellableAsync(ActorMessage message, CancellationToken cancellationToken);

    /// <summary>The replies that have to come before the reply to a message that is queued or running here.</summary>
    /// <param name="message">The id of the message.</param>
    /// <returns>Null if the message is not here any more, or if the actor awaits no reply.</returns>
    [AlwaysInterleave, Alias("WaitsOf")]
    Task<AwaitedReply[]?> WaitsOfAsync(Guid message);

    /// <summary>Restarts the actor from its stored state, after the messages queued before. Throws if that fails.</summary>
    [AlwaysInterleave, Alias("Restart")]
    Task RestartAsync();
}

using System.ComponentModel;
using Orleans;
using Orleans.Concurrency;

namespace Choir.Actors;

/// <summary>The Orleans interface of actors. Use <see cref="IActorClient"/> to send messages.</summary>
/// <remarks>
/// Every method is always-interleave: Orleans passes each call to the activation at once, and the actor's own queue decides
/// the order. A call is open until its message has been handled, so Orleans waits for it, or reroutes it, when the
/// activation is deactivated.
/// </remarks>
[Alias("Choir.Actors.IActorGrain")]
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

    /// <summary>
    /// Follows a chain of waits: finds out whether <paramref name="heldMessage"/>, which is queued or running here, depends on
    /// <paramref name="blockedMessage"/>.
    /// </summary>
    /// <param name="heldMessage">The message whose reply the calling actor awaits from this one.</param>
    /// <param name="blockedMessage">The message whose wait would close the cycle.</param>
    /// <param name="hops">How many more actors may be asked.</param>
    /// <returns>The actors from this one to the sender of the blocked message; null if there is no cycle.</returns>
    [AlwaysInterleave, Alias("FollowWait")]
    Task<string[]?> FollowWaitAsync(Guid heldMessage, Guid blockedMessage, int hops);

    /// <summary>Restarts the actor from its stored state, after the messages queued before.</summary>
    [AlwaysInterleave, Alias("Restart")]
    Task RestartAsync();
}

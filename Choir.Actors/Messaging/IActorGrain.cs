using System.ComponentModel;
using Orleans;
using Orleans.Concurrency;

namespace Choir.Actors;

/// <summary>How the engine reaches an actor. Send through <see cref="IActorClient"/> instead.</summary>
/// <remarks>
/// Every method is always-interleave: the engine hands each call to the activation at once, and the actor's own mailbox
/// decides whose turn it is. A call stays open until its message has been handled, so the engine drains or reroutes it
/// when the activation goes.
/// </remarks>
[Alias("Choir.Actors.IActorGrain")]
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IActorGrain : IGrainWithStringKey
{
    /// <summary>Hands over a message.</summary>
    /// <param name="message">The message.</param>
    [AlwaysInterleave, ActorCall, Alias("Deliver")]
    ValueTask<ActorReply> DeliverAsync(ActorMessage message);

    /// <summary>Hands over a message whose sender may cancel.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Cancelled by the sender.</param>
    [AlwaysInterleave, ActorCall, Alias("DeliverCancellable")]
    ValueTask<ActorReply> DeliverCancellableAsync(ActorMessage message, CancellationToken cancellationToken);

    /// <summary>
    /// Follows a chain of waits: does <paramref name="heldMessage"/>, which is here, wait in the end for
    /// <paramref name="blockedMessage"/>?
    /// </summary>
    /// <param name="heldMessage">The message that the asking actor awaits from this one.</param>
    /// <param name="blockedMessage">The message whose waiting would close the cycle.</param>
    /// <param name="hops">How many more actors may be asked.</param>
    /// <returns>The actors from this one to the one that sent the blocked message; null if there is no cycle.</returns>
    [AlwaysInterleave, Alias("FollowWait")]
    Task<string[]?> FollowWaitAsync(Guid heldMessage, Guid blockedMessage, int hops);

    /// <summary>Restarts the actor from its stored state, in its turn.</summary>
    [AlwaysInterleave, Alias("Restart")]
    Task RestartAsync();
}

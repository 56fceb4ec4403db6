namespace Choir.Actors;

/// <summary>Sends messages to actors by type name and id, from outside the cluster or from a service inside it.</summary>
/// <remarks>Inside a handler use the actor's own <c>Ask</c> and <c>Tell</c>: they carry sender and correlation on.</remarks>
public interface IActorClient
{
    /// <summary>Sends a message and awaits the reply.</summary>
    /// <param name="target">The actor.</param>
    /// <param name="type">The message type.</param>
    /// <param name="data">The content as UTF-8 JSON; must not be changed afterwards.</param>
    /// <param name="options">What to send with it; null for nothing beyond the defaults.</param>
    /// <param name="cancellationToken">Gives up waiting; the message is dropped if its turn has not come.</param>
    /// <returns>The reply, which may be an <c>ERROR</c>: refused, timed out or failed.</returns>
    /// <exception cref="ArgumentException">The address or the type is empty, or the data is null.</exception>
    /// <exception cref="ActorUnavailableException">The actor could not be reached or started.</exception>
    Task<ActorReply> Ask(
        ActorAddress target,
        string type,
        byte[] data,
        SendOptions? options = null,
        CancellationToken cancellationToken = default);

    /// <summary>Sends a message and does not wait for its handler. One that is refused becomes a dead letter.</summary>
    /// <param name="target">The actor.</param>
    /// <param name="type">The message type.</param>
    /// <param name="data">The content as UTF-8 JSON; must not be changed afterwards.</param>
    /// <param name="options">What to send with it; null for nothing beyond the defaults.</param>
    /// <exception cref="ArgumentException">The address or the type is empty, or the data is null.</exception>
    void Tell(ActorAddress target, string type, byte[] data, SendOptions? options = null);

    /// <summary>The names of the actor types that the cluster has now.</summary>
    IReadOnlyCollection<string> ActorTypes { get; }
}

/// <summary>What may be sent with a message.</summary>
public sealed record SendOptions
{
    /// <summary>The id of the message that began it all; null if this one does.</summary>
    public Guid? CorrelationId { get; init; }

    /// <summary>The message that caused this one.</summary>
    public Guid CausationId { get; init; }

    /// <summary>The trace that it belongs to; null for the current activity's.</summary>
    public TraceContext? TraceContext { get; init; }

    /// <summary>How long it may take until the reply; null for the configured default (90 s for <c>Ask</c>, none for <c>Tell</c>).</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>
    /// Whether the message only keeps the system going, such as the ping of a health check: then neither it nor what follows
    /// from it is traced or logged at information or above, unless it fails, is slow, or diagnostics of its actor ask for it.
    /// It is counted in the metrics all the same. The span that happens to be running is not continued.
    /// </summary>
    public bool IsUpkeep { get; init; }
}

/// <summary>The same with objects instead of JSON.</summary>
public static class ActorClientExtensions
{
    /// <summary>Sends a message and awaits the reply's content.</summary>
    /// <param name="client">The client.</param>
    /// <param name="target">The actor.</param>
    /// <param name="type">The message type.</param>
    /// <param name="data">The content; null for none.</param>
    /// <param name="options">What to send with it.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <typeparam name="TReply">The type of the reply's content.</typeparam>
    /// <exception cref="ActorErrorException">The reply is an <c>ERROR</c>.</exception>
    /// <exception cref="ActorUnavailableException">The actor could not be reached or started.</exception>
    public static async Task<TReply> Ask<TReply>(
        this IActorClient client,
        ActorAddress target,
        string type,
        object? data,
        SendOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        var reply = await client.Ask(target, type, ActorJson.Serialize(data), options, cancellationToken)
            .ConfigureAwait(false);
        return reply.Read<TReply>();
    }
}

namespace Choir.Actors;

/// <summary>Sends messages to actors, from outside the cluster or from a service inside it.</summary>
/// <remarks>
/// Inside a handler use the actor's own <c>Ask</c> and <c>Tell</c>: they pass on the correlation id. The sender is the actor in
/// both cases, unless the code has left the actor's scheduler (<c>Task.Run</c>, <c>ConfigureAwait(false)</c>): then actors that
/// wait for each other are not recognized as a deadlock, and only the timeouts end the wait.
/// </remarks>
public interface IActorClient
{
    /// <summary>Sends a message and awaits the reply.</summary>
    /// <param name="target">The receiving actor.</param>
    /// <param name="type">The message type.</param>
    /// <param name="data">The content as UTF-8 JSON; must not be changed afterwards.</param>
    /// <param name="options">Timeout, correlation and trace; null for the defaults.</param>
    /// <param name="cancellationToken">Stops waiting; a message that still waits in the queue is dropped.</param>
    /// <returns>The reply, which may be an <c>ERROR</c>: refused, timed out or failed.</returns>
    /// <exception cref="ArgumentException">The address or the type is empty, or the data is null.</exception>
    /// <exception cref="ActorUnavailableException">The actor could not be reached or started.</exception>
    Task<ActorReply> Ask(
        ActorAddress target,
        string type,
        byte[] data,
        SendOptions? options = null,
        CancellationToken cancellationToken = default);

    /// <summary>Sends a message without waiting. If it is refused, it becomes a dead letter.</summary>
    /// <param name="target">The receiving actor.</param>
    /// <param name="type">The message type.</param>
    /// <param name="data">The content as UTF-8 JSON; must not be changed afterwards.</param>
    /// <param name="options">Timeout, correlation and trace; null for the defaults.</param>
    /// <exception cref="ArgumentException">The address or the type is empty, or the data is null.</exception>
    void Tell(ActorAddress target, string type, byte[] data, SendOptions? options = null);

    /// <summary>The actor types of the cluster's active hosts.</summary>
    IReadOnlyCollection<string> ActorTypes { get; }
}

/// <summary>Optional properties of a message that is sent.</summary>
public sealed record SendOptions
{
    /// <summary>The correlation id; null if the message starts a conversation.</summary>
    public Guid? CorrelationId { get; init; }

    /// <summary>The id of the message that caused this one.</summary>
    public Guid CausationId { get; init; }

    /// <summary>The trace context; null for that of the current activity.</summary>
    public TraceContext? TraceContext { get; init; }

    /// <summary>The timeout until the reply; null for the default (<see cref="ActorOptions.AskTimeout"/> for <c>Ask</c>, none for <c>Tell</c>).</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>
    /// Whether the message is upkeep of the system, such as the ping of a health check. Upkeep, and what follows from it, is
    /// not traced and not logged at information or above, unless it fails, is slow, or diagnostics of its actor ask for it. It
    /// is counted in the metrics like other messages. The current activity is not continued.
    /// </summary>
    public bool IsUpkeep { get; init; }
}

/// <summary>Typed methods of <see cref="IActorClient"/>.</summary>
public static class ActorClientExtensions
{
    /// <summary>Sends a message and awaits the content of the reply.</summary>
    /// <param name="client">The client.</param>
    /// <param name="target">The receiving actor.</param>
    /// <param name="type">The message type.</param>
    /// <param name="data">The content; null for none.</param>
    /// <param name="options">Timeout, correlation and trace; null for the defaults.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
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

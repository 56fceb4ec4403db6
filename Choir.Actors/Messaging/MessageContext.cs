namespace Choir.Actors;

/// <summary>The message that a handler handles, and its cancellation token.</summary>
public readonly struct MessageContext : IEquatable<MessageContext>
{
    private readonly Actor _actor;

    internal MessageContext(ActorMessage message, Actor actor)
    {
        Message = message;
        _actor = actor;
    }

    /// <summary>The message.</summary>
    public ActorMessage Message { get; }

    /// <summary>The id of the first message of the conversation.</summary>
    public Guid CorrelationId => Message.CorrelationId;

    /// <summary>
    /// Cancelled at <see cref="ActorOptions.HandlerTimeLimit"/> or by the sender, and always once the handler has ended.
    /// </summary>
    public CancellationToken CancellationToken => _actor?.TokenOf(Message) ?? CancellationToken.None;

    /// <inheritdoc/>
    public bool Equals(MessageContext other) => ReferenceEquals(Message, other.Message);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is MessageContext other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Message?.GetHashCode() ?? 0;

    /// <summary>Whether two contexts belong to the same message.</summary>
    public static bool operator ==(MessageContext left, MessageContext right) => left.Equals(right);

    /// <summary>Whether two contexts belong to different messages.</summary>
    public static bool operator !=(MessageContext left, MessageContext right) => !left.Equals(right);
}

namespace Choir.Actors;

/// <summary>What a handler knows about the message in its hands beyond its data.</summary>
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

    /// <summary>The id of the message that began it all.</summary>
    public Guid CorrelationId => Message.CorrelationId;

    /// <summary>
    /// Fires when the handler's time is up (60 s unless configured) or the sender has cancelled. Cancelled once the handler
    /// has ended.
    /// </summary>
    public CancellationToken CancellationToken => _actor?.TokenOf(Message) ?? CancellationToken.None;

    /// <inheritdoc/>
    public bool Equals(MessageContext other) => ReferenceEquals(Message, other.Message);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is MessageContext other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Message?.GetHashCode() ?? 0;

    /// <summary>Whether two contexts are of the same message.</summary>
    public static bool operator ==(MessageContext left, MessageContext right) => left.Equals(right);

    /// <summary>Whether two contexts are of different messages.</summary>
    public static bool operator !=(MessageContext left, MessageContext right) => !left.Equals(right);
}

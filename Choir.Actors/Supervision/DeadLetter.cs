namespace Choir.Actors;

/// <summary>A message that nobody handled and nobody was told about.</summary>
/// <param name="Id">The dead letter, a UUIDv7.</param>
/// <param name="Target">Where it should have gone.</param>
/// <param name="Message">The message itself.</param>
/// <param name="Reason">One of <see cref="DeadLetterReasons"/>.</param>
/// <param name="Detail">What happened, for a person.</param>
/// <param name="At">When it was given up.</param>
public sealed record DeadLetter(
    Guid Id, ActorAddress Target, ActorMessage Message, string Reason, string Detail, DateTimeOffset At);

/// <summary>The closed list of reasons.</summary>
public static class DeadLetterReasons
{
    /// <summary>The actor has no handler for the message type.</summary>
    public const string NoHandler = "no_handler";

    /// <summary>The data did not fit the handler's record.</summary>
    public const string InvalidData = "invalid_data";

    /// <summary>Too many messages were waiting.</summary>
    public const string MailboxFull = "mailbox_full";

    /// <summary>Its deadline had passed when its turn came.</summary>
    public const string Expired = "expired";

    /// <summary>Its sender had cancelled it when its turn came.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>No such actor type, or the actor could not be reached or started.</summary>
    public const string Undeliverable = "undeliverable";
}

/// <summary>Keeps dead letters. Called off the message path, one at a time, and again if it throws.</summary>
public interface IDeadLetterStore
{
    /// <summary>Keeps a dead letter. Idempotent by its id.</summary>
    /// <param name="letter">The letter.</param>
    /// <param name="cancellationToken">The host stops.</param>
    Task AddAsync(DeadLetter letter, CancellationToken cancellationToken);
}

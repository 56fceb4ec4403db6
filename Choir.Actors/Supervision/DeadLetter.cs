namespace Choir.Actors;

/// <summary>A message that was not handled and whose sender did not wait for a reply.</summary>
/// <param name="Id">The id of the dead letter, a UUIDv7.</param>
/// <param name="Target">The actor that it was sent to.</param>
/// <param name="Message">The message.</param>
/// <param name="Reason">One of <see cref="DeadLetterReasons"/>.</param>
/// <param name="Detail">What happened, as a sentence.</param>
/// <param name="At">When it became a dead letter.</param>
public sealed record DeadLetter(
    Guid Id, ActorAddress Target, ActorMessage Message, string Reason, string Detail, DateTimeOffset At);

/// <summary>Why a message became a dead letter.</summary>
public static class DeadLetterReasons
{
    /// <summary>The actor has no handler for the message type.</summary>
    public const string NoHandler = "no_handler";

    /// <summary>The data did not fit the handler's record.</summary>
    public const string InvalidData = "invalid_data";

    /// <summary>The actor's queue was full.</summary>
    public const string MailboxFull = "mailbox_full";

    /// <summary>Its timeout passed while it waited in the queue.</summary>
    public const string Expired = "expired";

    /// <summary>Its sender cancelled it while it waited in the queue.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>The actor or the message type was in quarantine.</summary>
    public const string Quarantined = "quarantined";

    /// <summary>No such actor type, or the actor could not be reached or started.</summary>
    public const string Undeliverable = "undeliverable";
}

/// <summary>Stores dead letters. Called by one background task, one letter at a time, and again if it throws.</summary>
public interface IDeadLetterStore
{
    /// <summary>Stores a dead letter. Idempotent by its id.</summary>
    /// <param name="letter">The dead letter.</param>
    /// <param name="cancellationToken">Cancelled when the host stops.</param>
    Task AddAsync(DeadLetter letter, CancellationToken cancellationToken);
}

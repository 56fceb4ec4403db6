using System.Text.Json.Serialization;
using Orleans;

namespace Choir.Actors;

/// <summary>Why a message was refused or failed: the content of an <c>ERROR</c> reply.</summary>
/// <param name="Code">One of <see cref="ErrorCodes"/>.</param>
/// <param name="Message">What happened, as a sentence.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.ActorError")]
public sealed record ActorError(
    [property: Id(0), JsonPropertyName("error_code")] string Code,
    [property: Id(1), JsonPropertyName("error_message")] string Message)
{
    /// <summary>
    /// Whether the handler failed, for example because it could not reach what it needs, rather than refused the message. Set by
    /// the actor that fails; it stays set if a handler passes the error on.
    /// </summary>
    [Id(2), JsonPropertyName("is_failure"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsFailure { get; init; }
}

/// <summary>The codes of <see cref="ActorError"/>.</summary>
public static class ErrorCodes
{
    /// <summary>The cluster has no such actor type.</summary>
    public const string UnknownActorType = "unknown_actor_type";

    /// <summary>The actor has no handler for this message type.</summary>
    public const string UnknownMessageType = "unknown_message_type";

    /// <summary>The data is not valid JSON for the handler's record.</summary>
    public const string InvalidData = "invalid_data";

    /// <summary>The actor's queue is full; try again later.</summary>
    public const string MailboxFull = "mailbox_full";

    /// <summary>There was no reply in time, or the message expired in the queue.</summary>
    public const string Timeout = "timeout";

    /// <summary>The message closed a cycle of actors that wait for each other.</summary>
    public const string Deadlock = "deadlock";

    /// <summary>An actor or host that the handler needed could not be reached; try again later.</summary>
    public const string ActorUnavailable = "actor_unavailable";

    /// <summary>The handler threw an exception.</summary>
    public const string HandlerFailed = "handler_failed";

    /// <summary>An operator has taken the actor, or the message type, out of service for a time.</summary>
    public const string Quarantined = "quarantined";
}

/// <summary>
/// An <see cref="ActorError"/> as an exception. The typed <c>Ask</c> throws it for an <c>ERROR</c> reply; a handler throws it
/// to refuse a message with a code of its choice.
/// </summary>
/// <remarks>
/// A refusal is counted as <c>rejected</c>, not as an error, except with <see cref="ErrorCodes.Timeout"/>,
/// <see cref="ErrorCodes.ActorUnavailable"/>, <see cref="ErrorCodes.HandlerFailed"/>, and the error of another actor that failed
/// (<see cref="ActorError.IsFailure"/>). A handler that fails throws any other
/// exception. Thrown in <c>OnStart</c>, it is the reply to the messages that activate the actor.
/// </remarks>
[GenerateSerializer, Alias("Choir.Actors.ActorErrorException")]
public sealed class ActorErrorException : Exception
{
    /// <summary>Creates the exception from an error.</summary>
    /// <param name="error">The error.</param>
    public ActorErrorException(ActorError error)
        : base(error?.Message) => Error = error ?? throw new ArgumentNullException(nameof(error));

    /// <summary>Creates the exception from a code and a message.</summary>
    /// <param name="code">One of <see cref="ErrorCodes"/>.</param>
    /// <param name="message">What happened, as a sentence.</param>
    public ActorErrorException(string code, string message)
        : this(new ActorError(code, message))
    {
    }

    /// <summary>The error.</summary>
    [Id(0)]
    public ActorError Error { get; }
}

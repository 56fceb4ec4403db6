using System.Text.Json.Serialization;

namespace Choir.Actors;

/// <summary>Why a message was refused or failed: the content of an <c>ERROR</c> reply.</summary>
/// <param name="Code">One of <see cref="ErrorCodes"/>.</param>
/// <param name="Message">What happened, as a sentence.</param>
public sealed record ActorError(
    [property: JsonPropertyName("error_code")] string Code,
    [property: JsonPropertyName("error_message")] string Message);

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
}

/// <summary>
/// An <see cref="ActorError"/> as an exception. The typed <c>Ask</c> throws it for an <c>ERROR</c> reply; a handler throws it
/// to reply with a code of its choice.
/// </summary>
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
    public ActorError Error { get; }
}

/// <summary>
/// The actor could not be reached or started: its host died while it had the message, no host is active, or the stored
/// state could not be read. Whether the message was handled is unknown.
/// </summary>
public sealed class ActorUnavailableException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="target">The actor.</param>
    /// <param name="inner">The exception of Orleans.</param>
    public ActorUnavailableException(ActorAddress target, Exception inner)
        : base($"Actor {target} could not be reached: {inner?.Message}", inner) => Target = target;

    /// <summary>The actor that could not be reached.</summary>
    public ActorAddress Target { get; }
}

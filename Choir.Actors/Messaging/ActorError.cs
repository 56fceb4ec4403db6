using System.Text.Json.Serialization;

namespace Choir.Actors;

/// <summary>Why a message was refused or failed: the content of an <c>ERROR</c> reply.</summary>
/// <param name="Code">One of <see cref="ErrorCodes"/>.</param>
/// <param name="Message">What happened, for a person.</param>
public sealed record ActorError(
    [property: JsonPropertyName("error_code")] string Code,
    [property: JsonPropertyName("error_message")] string Message);

/// <summary>The closed list of error codes.</summary>
public static class ErrorCodes
{
    /// <summary>No such actor type in the cluster.</summary>
    public const string UnknownActorType = "unknown_actor_type";

    /// <summary>The actor has no handler for this message type.</summary>
    public const string UnknownMessageType = "unknown_message_type";

    /// <summary>The data is no JSON, or does not fit the handler's record.</summary>
    public const string InvalidData = "invalid_data";

    /// <summary>The actor has too many messages waiting; try again later.</summary>
    public const string MailboxFull = "mailbox_full";

    /// <summary>No answer in time, or the message expired before its turn.</summary>
    public const string Timeout = "timeout";

    /// <summary>The message would wait for an actor that waits for its sender.</summary>
    public const string Deadlock = "deadlock";

    /// <summary>An actor or host that the handler needed could not be reached; try again later.</summary>
    public const string ActorUnavailable = "actor_unavailable";

    /// <summary>The handler threw.</summary>
    public const string HandlerFailed = "handler_failed";
}

/// <summary>
/// An error as an exception: thrown at the sender by the typed <c>Ask</c>, and thrown by a handler that wants to refuse
/// a message with a code of its own choice.
/// </summary>
public sealed class ActorErrorException : Exception
{
    /// <summary>Makes one from an error.</summary>
    /// <param name="error">What happened.</param>
    public ActorErrorException(ActorError error)
        : base(error?.Message) => Error = error ?? throw new ArgumentNullException(nameof(error));

    /// <summary>Makes one from its parts.</summary>
    /// <param name="code">One of <see cref="ErrorCodes"/>.</param>
    /// <param name="message">What happened, for a person.</param>
    public ActorErrorException(string code, string message)
        : this(new ActorError(code, message))
    {
    }

    /// <summary>What happened.</summary>
    public ActorError Error { get; }
}

/// <summary>
/// The actor could not be reached or started: its host died with the message in hand, no host has joined, or its stored
/// state could not be read. Whether the message was handled is not known.
/// </summary>
public sealed class ActorUnavailableException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="target">The actor.</param>
    /// <param name="inner">What the engine said.</param>
    public ActorUnavailableException(ActorAddress target, Exception inner)
        : base($"Actor {target} could not be reached: {inner?.Message}", inner) => Target = target;

    /// <summary>The actor that could not be reached.</summary>
    public ActorAddress Target { get; }
}

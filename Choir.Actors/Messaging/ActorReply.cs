using System.Text.Json;
using Orleans;

namespace Choir.Actors;

/// <summary>The reply to a message.</summary>
[GenerateSerializer, Immutable, Alias("Choir.Actors.ActorReply")]
public sealed class ActorReply
{
    /// <summary>The type of an error reply.</summary>
    public const string ErrorType = "ERROR";

    /// <summary>The default type of replies.</summary>
    public const string DefaultType = "REPLY";

    /// <summary>The reply type: <c>PONG</c>, <c>REPLY</c>, <c>ERROR</c>.</summary>
    [Id(0)]
    public required string Type { get; init; }

    /// <summary>The content as UTF-8 JSON.</summary>
    [Id(1)]
    public required byte[] Data { get; init; }

    /// <summary>The id of the message that it answers.</summary>
    [Id(2)]
    public Guid MessageId { get; init; }

    /// <summary>Whether the message was refused or failed; <see cref="Error"/> says why.</summary>
    public bool IsError => Type == ErrorType;

    /// <summary>Creates a reply.</summary>
    /// <param name="type">The reply type, in upper snake case.</param>
    /// <param name="data">The content; null for none.</param>
    /// <typeparam name="T">The type of the data.</typeparam>
    public static ActorReply Of<T>(string type, T data) => new() { Type = type, Data = ActorJson.Serialize(data) };

    /// <summary>Creates a reply without content.</summary>
    /// <param name="type">The reply type, in upper snake case.</param>
    public static ActorReply Of(string type) => new() { Type = type, Data = ActorJson.Empty };

    /// <summary>Creates an error reply.</summary>
    /// <param name="code">One of <see cref="ErrorCodes"/>.</param>
    /// <param name="message">What happened, as a sentence; no stack trace, no secrets.</param>
    public static ActorReply Failure(string code, string message) => Failure(new ActorError(code, message));

    /// <summary>Creates an error reply.</summary>
    /// <param name="error">The error.</param>
    public static ActorReply Failure(ActorError error) => new() { Type = ErrorType, Data = ActorJson.Serialize(error) };

    /// <summary>The error of an error reply.</summary>
    /// <exception cref="InvalidOperationException">The reply is no error reply.</exception>
    public ActorError Error() =>
        IsError
            ? ActorJson.Deserialize<ActorError>(Data)
            : throw new InvalidOperationException($"A reply of type {Type} is no error.");

    /// <summary>Deserializes the content.</summary>
    /// <typeparam name="T">The type of the content.</typeparam>
    /// <exception cref="ActorErrorException">The reply is an error reply.</exception>
    /// <exception cref="JsonException">The content is not valid for the type.</exception>
    public T Read<T>() => IsError ? throw new ActorErrorException(Error()) : ActorJson.Deserialize<T>(Data);

    /// <summary>The message of an error reply; null for other replies, and if it cannot be deserialized.</summary>
    internal string? ErrorMessage() => ErrorOrNull()?.Message;

    /// <summary>The error of an error reply; null for other replies, and if it cannot be deserialized.</summary>
    internal ActorError? ErrorOrNull()
    {
        try
        {
            return IsError ? Error() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    internal ActorReply Answering(Guid messageId) => new() { Type = Type, Data = Data, MessageId = messageId };
}

using System.Text.Json;
using Orleans;

namespace Choir.Actors;

/// <summary>What an actor answers.</summary>
[GenerateSerializer, Immutable, Alias("Choir.Actors.ActorReply")]
public sealed class ActorReply
{
    /// <summary>The type of an error reply.</summary>
    public const string ErrorType = "ERROR";

    /// <summary>The type of a reply whose handler does not name one.</summary>
    public const string DefaultType = "REPLY";

    /// <summary>What kind of reply it is: <c>PONG</c>, <c>REPLY</c>, <c>ERROR</c>.</summary>
    [Id(0)]
    public required string Type { get; init; }

    /// <summary>The content as UTF-8 JSON.</summary>
    [Id(1)]
    public required byte[] Data { get; init; }

    /// <summary>The message that it answers.</summary>
    [Id(2)]
    public Guid MessageId { get; init; }

    /// <summary>Whether the message was refused or failed; <see cref="Error"/> says how.</summary>
    public bool IsError => Type == ErrorType;

    /// <summary>A reply of a given type.</summary>
    /// <param name="type">Its type, in upper snake case.</param>
    /// <param name="data">What it says; null for nothing.</param>
    /// <typeparam name="T">The type of the data.</typeparam>
    public static ActorReply Of<T>(string type, T data) => new() { Type = type, Data = ActorJson.Serialize(data) };

    /// <summary>A reply of a given type that says nothing more.</summary>
    /// <param name="type">Its type, in upper snake case.</param>
    public static ActorReply Of(string type) => new() { Type = type, Data = ActorJson.Empty };

    /// <summary>An error reply.</summary>
    /// <param name="code">One of <see cref="ErrorCodes"/>.</param>
    /// <param name="message">What happened, for a person; never a stack trace, never a secret.</param>
    public static ActorReply Failure(string code, string message) =>
        new() { Type = ErrorType, Data = ActorJson.Serialize(new ActorError(code, message)) };

    /// <summary>The error of an error reply.</summary>
    /// <exception cref="InvalidOperationException">It is no error reply.</exception>
    public ActorError Error() =>
        IsError
            ? ActorJson.Deserialize<ActorError>(Data)
            : throw new InvalidOperationException($"A reply of type {Type} is no error.");

    /// <summary>The content as an object.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <exception cref="ActorErrorException">It is an error reply.</exception>
    /// <exception cref="JsonException">The content does not fit the type.</exception>
    public T Read<T>() => IsError ? throw new ActorErrorException(Error()) : ActorJson.Deserialize<T>(Data);

    /// <summary>What an error reply says; null for other replies, and where it cannot be read.</summary>
    internal string? ErrorMessage()
    {
        try
        {
            return IsError ? Error().Message : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    internal ActorReply Answering(Guid messageId) => new() { Type = Type, Data = Data, MessageId = messageId };
}

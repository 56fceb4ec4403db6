using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text.Json;
using Choir.Actors;
using Choir.Observatory.Api.Actors;
using Choir.Observatory.Api.Problems;

namespace Choir.Gateway.Actors;

/// <summary>The body of <c>POST /actors/{type}/{id}/messages</c>.</summary>
/// <param name="Type">The message type, in upper snake case.</param>
/// <param name="Data">The message's content; an empty object if omitted.</param>
internal sealed record ActorMessageRequest(
    [property: Description("The message type, in upper snake case, such as PING.")] string Type,
    [property: Description("The message's content, as its handler expects it; {} if omitted.")] JsonElement? Data = null)
{
    /// <exception cref="ApiProblemException">The message is not valid.</exception>
    public void Check()
    {
        MessageTypeRule.Check(Type, "type");
        if (Data is { } data)
        {
            TextRules.Check(data, "data");
        }
    }

    public byte[] DataBytes() =>
        Data is { ValueKind: not JsonValueKind.Undefined } data
            ? JsonMarshal.GetRawUtf8Value(data).ToArray()
            : "{}"u8.ToArray();
}

/// <summary>An actor's reply.</summary>
/// <param name="Type">The reply's type.</param>
/// <param name="Data">The reply's content.</param>
/// <param name="MessageId">The id of the answered message, a UUIDv7.</param>
/// <param name="CorrelationId">The correlation id of the message and of all messages that followed from it.</param>
internal sealed record ActorMessageReply(string Type, JsonElement Data, Guid MessageId, Guid CorrelationId)
{
    public static ActorMessageReply Of(ActorReply reply, Guid correlationId) =>
        new(reply.Type, JsonElement.Parse(reply.Data), reply.MessageId, correlationId);
}

using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Choir.Actors;
using Choir.Gateway.Problems;

namespace Choir.Gateway.Actors;

/// <summary>The body of <c>POST /actors/{type}/{id}/messages</c>.</summary>
/// <param name="Type">The message type, in upper snake case.</param>
/// <param name="Data">The message's content; an empty object if omitted.</param>
internal sealed partial record ActorMessageRequest(
    [property: Description("The message type, in upper snake case, such as PING.")] string Type,
    [property: Description("The message's content, as its handler expects it; {} if omitted.")] JsonElement? Data = null)
{
    /// <exception cref="ProblemException">The message is not valid.</exception>
    public void Check()
    {
        CheckType(Type, "type");
        if (Data is { } data)
        {
            TextRules.Check(data, "data");
        }
    }

    /// <exception cref="ProblemException">It is not null and no message type; the message calls it <paramref name="name"/>.</exception>
    public static void CheckType(string? type, string name)
    {
        if (type is not null && !TypeName().IsMatch(type))
        {
            throw ProblemException.Invalid(
                $"\"{name}\" must be in upper snake case: A to Z, then up to 63 of A to Z, 0 to 9 and _, such as PING.");
        }
    }

    public byte[] DataBytes() =>
        Data is { ValueKind: not JsonValueKind.Undefined } data
            ? JsonMarshal.GetRawUtf8Value(data).ToArray()
            : "{}"u8.ToArray();

    [GeneratedRegex("^[A-Z][A-Z0-9_]{0,63}\\z")]
    private static partial Regex TypeName();
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

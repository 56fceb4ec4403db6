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
        if (!TypeName().IsMatch(Type))
        {
            throw ProblemException.Invalid(
                "\"type\" must be in upper snake case: A to Z, then up to 63 of A to Z, 0 to 9 and _, such as PING.");
        }

        if (Data is { } data)
        {
            TextRules.Check(data, "data");
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
internal sealed record ActorMessageReply(string Type, JsonElement Data, Guid MessageId)
{
    public static ActorMessageReply Of(ActorReply reply) =>
        new(reply.Type, JsonElement.Parse(reply.Data), reply.MessageId);
}

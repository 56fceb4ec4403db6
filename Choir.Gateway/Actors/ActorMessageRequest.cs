using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Choir.Actors;
using Choir.Gateway.Problems;

namespace Choir.Gateway.Actors;

/// <summary>A message for an actor.</summary>
/// <param name="Type">The message type, in upper snake case.</param>
/// <param name="Data">What it says; an empty object if left out.</param>
internal sealed partial record ActorMessageRequest(
    [property: Description("The message type, in upper snake case, such as PING.")] string Type,
    [property: Description("What it says, as its handler wants it; {} if left out.")] JsonElement? Data = null)
{
    /// <summary>Refuses what cannot be sent.</summary>
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

    /// <summary>The content as it is sent.</summary>
    public byte[] DataBytes() =>
        Data is { ValueKind: not JsonValueKind.Undefined } data
            ? JsonMarshal.GetRawUtf8Value(data).ToArray()
            : "{}"u8.ToArray();

    [GeneratedRegex("^[A-Z][A-Z0-9_]{0,63}\\z")]
    private static partial Regex TypeName();
}

/// <summary>What an actor answered.</summary>
/// <param name="Type">The reply's type.</param>
/// <param name="Data">What it says.</param>
/// <param name="MessageId">The message that it answers, a UUIDv7.</param>
internal sealed record ActorMessageReply(string Type, JsonElement Data, Guid MessageId)
{
    public static ActorMessageReply Of(ActorReply reply) =>
        new(reply.Type, JsonElement.Parse(reply.Data), reply.MessageId);
}

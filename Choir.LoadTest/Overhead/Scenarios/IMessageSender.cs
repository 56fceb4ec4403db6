using Choir.Actors;

namespace Choir.LoadTest.Overhead.Scenarios;

/// <summary>Sends messages as a scenario does.</summary>
internal interface IMessageSender
{
    /// <summary>Sends a message and awaits the reply.</summary>
    /// <param name="actor">The index of the target, from 0.</param>
    ValueTask<ActorReply> SendAsync(int actor);
}

/// <summary>The message of every scenario.</summary>
internal static class Payload
{
    public const string Type = "MEASURE";

    /// <summary>A JSON object of about 100 bytes, one array for all messages.</summary>
    public static byte[] Data { get; } =
        """{"thread":"0198a4c2-7d3e-7c5b-9a51-2f6d1c0e8b47","content":"A lighthouse warns ships of rocks"}"""u8.ToArray();
}

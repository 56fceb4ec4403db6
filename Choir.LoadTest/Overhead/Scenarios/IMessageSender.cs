using Choir.Actors;

namespace Choir.LoadTest.Overhead.Scenarios;

/// <summary>Sends one message the way a scenario does.</summary>
internal interface IMessageSender
{
    /// <summary>Sends a message and awaits the reply.</summary>
    /// <param name="actor">Which of the actors gets it, from 0.</param>
    ValueTask<ActorReply> SendAsync(int actor);
}

/// <summary>What every scenario sends.</summary>
internal static class Payload
{
    /// <summary>The message type.</summary>
    public const string Type = "MEASURE";

    /// <summary>The content: a small JSON object of about 100 bytes. One array for all messages, as nobody changes it.</summary>
    public static byte[] Data { get; } =
        """{"thread":"0198a4c2-7d3e-7c5b-9a51-2f6d1c0e8b47","content":"A lighthouse warns ships of rocks"}"""u8.ToArray();
}

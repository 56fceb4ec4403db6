namespace Choir.Actors;

/// <summary>The actor that health checks ask: <c>PING</c> is answered by <c>PONG</c>.</summary>
[Actor(TypeName)]
public sealed class TestActor : Actor
{
    /// <summary>Its type's name.</summary>
    public const string TypeName = "test_actor";

    /// <summary>Answers.</summary>
    /// <param name="context">The message.</param>
    [Handles("PING", ReplyType = "PONG")]
    public Task Ping(MessageContext context) => Task.CompletedTask;
}

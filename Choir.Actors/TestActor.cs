namespace Choir.Actors;

/// <summary>The actor that health checks ask. It replies <c>PONG</c> to <c>PING</c>.</summary>
[Actor(TypeName)]
public sealed class TestActor : Actor
{
    /// <summary>The name of its actor type.</summary>
    public const string TypeName = "test_actor";

    /// <summary>Handles <c>PING</c>.</summary>
    /// <param name="context">The message.</param>
    [Handles("PING", ReplyType = "PONG")]
    public Task Ping(MessageContext context) => Task.CompletedTask;
}

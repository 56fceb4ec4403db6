using Choir.Actors;

namespace Choir.LoadTest.Overhead.Scenarios;

/// <summary>The actor of the scenarios of Choir. Its handler does nothing, as that of the bare grain.</summary>
[Actor(TypeName)]
public sealed class MeasuredActor : Actor
{
    /// <summary>The name of the actor type.</summary>
    public const string TypeName = "measured_actor";

    /// <summary>Replies at once.</summary>
    /// <param name="context">The message.</param>
    [Handles(Payload.Type)]
    public Task Measure(MessageContext context) => Task.CompletedTask;
}

/// <summary>Sends to <see cref="MeasuredActor"/> through the public API.</summary>
internal sealed class ChoirSender(IActorClient client, int actors) : IMessageSender
{
    private readonly ActorAddress[] _addresses =
        [.. Ids.Make(actors).Select(id => new ActorAddress(MeasuredActor.TypeName, id))];

    /// <inheritdoc/>
    public ValueTask<ActorReply> SendAsync(int actor) => new(client.Ask(_addresses[actor], Payload.Type, Payload.Data));
}

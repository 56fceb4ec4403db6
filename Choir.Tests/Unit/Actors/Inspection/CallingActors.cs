using Choir.Actors;

namespace Choir.Tests.Unit.Actors.Inspection;

public sealed record Call(string? Type = null, string? Id = null, bool Tells = false, string MessageType = "ANSWER");

/// <summary>Asks or tells another actor, which asks nobody.</summary>
public abstract class CallingActor : Actor
{
    [Handles("CALL")]
    public async Task<string> Call(Call message, MessageContext context)
    {
        if (message is { Type: { } type, Id: { } id })
        {
            var target = new ActorAddress(type, id);
            if (message.Tells)
            {
                Tell(target, "ANSWER");
            }
            else if (await Ask(target, message.MessageType) is { IsError: true } failed)
            {
                throw new ActorErrorException(failed.Error());
            }
        }

        return Id;
    }

    [Handles("ANSWER")]
    public Task<string> Answer(MessageContext context) => Task.FromResult(Id);
}

public sealed class LeftActor : CallingActor;

public sealed class RightActor : CallingActor;

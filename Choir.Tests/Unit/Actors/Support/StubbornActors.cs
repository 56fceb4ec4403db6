using Choir.Actors;
using Microsoft.Extensions.DependencyInjection;

namespace Choir.Tests.Unit.Actors.Support;

public sealed record Refuse(string Code, bool ByReply = false);

/// <summary>Refuses messages with any code.</summary>
public sealed class RefusingActor : Actor
{
    [Handles("REFUSE")]
    public Task<ActorReply> Refuse(Refuse message, MessageContext context) =>
        message.ByReply
            ? Task.FromResult(ActorReply.Failure(message.Code, "as told"))
            : throw new ActorErrorException(message.Code, "as told");
}

public sealed record Node(string? Text = null, Node? Next = null)
{
    public Node? Next { get; set; } = Next;
}

public sealed record MixedState(double Number = 0, string Text = "", Node? Node = null);

public sealed record Put(double Number = 0, bool ContainsItself = false, bool HasHalfACharacter = false);

public sealed record Held(string Gate, double Number);

/// <summary>Stores what cannot be stored.</summary>
public sealed class MixedActor : Actor<MixedState>
{
    [Handles("PUT")]
    public async Task<double> Put(Put message, MessageContext context)
    {
        var node = new Node();
        node.Next = message.ContainsItself ? node : null;
        await UpdateState(new MixedState(message.Number, message.HasHalfACharacter ? "half \ud83d" : "", message.ContainsItself ? node : null));
        return State.Number;
    }

    [Handles("READ")]
    public Task<double> Read(MessageContext context) => Task.FromResult(State.Number);

    /// <summary>Writes, waits at a gate, and writes again.</summary>
    [Handles("PUT_AROUND_GATE")]
    public async Task<double> PutAroundGate(Held message, MessageContext context)
    {
        try
        {
            await Put(new Put(message.Number), context);
        }
        catch (TimeoutException)
        {
            await Gates.Of(message.Gate).PassAsync(context.CancellationToken);
        }

        return await Put(new Put(message.Number), context);
    }

    /// <summary>Writes again if the first write fails.</summary>
    [Handles("PUT_TWICE")]
    public async Task<double> PutTwice(Put message, MessageContext context)
    {
        try
        {
            return await Put(message, context);
        }
        catch (TimeoutException)
        {
            return await Put(message, context);
        }
    }
}

/// <summary>Counts its starts, and goes on if that cannot be stored.</summary>
public sealed class StartCountingActor : Actor<MixedState>
{
    [Handles("READ")]
    public Task<double> Read(MessageContext context) => Task.FromResult(State.Number);

    protected override async Task OnStart(CancellationToken cancellationToken)
    {
        try
        {
            await UpdateState(State with { Number = State.Number + 1 });
        }
        catch (TimeoutException)
        {
            // The handlers start with what is stored.
        }
    }
}

public sealed record Question(string Target, string? Then = null);

/// <summary>Asks another actor: when it starts, if its id says so, or in a handler, through the client of the host.</summary>
public sealed class AskingActor(IServiceProvider services) : Actor
{
    private string _answer = "";

    /// <summary>An id of an actor that asks another one, when it starts, to ask it.</summary>
    public static string IdThatAsks(string name, string target) => $"{name}|{target}";

    /// <summary>The ids of two actors that ask each other when they start.</summary>
    public static string[] IdsThatAskEachOther(string name) => [$"{name}~0", $"{name}~1"];

    [Handles("ANSWER")]
    public Task<string> Answer(MessageContext context) => Task.FromResult(_answer);

    /// <summary>Asks the actor in the message.</summary>
    [Handles("ASK")]
    public async Task<string> AskOther(Question message, MessageContext context) => CodeOf(await Ask(
        new ActorAddress(nameof(AskingActor), message.Target), message.Then is null ? "ANSWER" : "ASK", message.Then is { } then ? new Question(then) : null));

    /// <summary>Asks through the client that any service of the host uses.</summary>
    [Handles("ASK_BY_CLIENT")]
    public async Task<string> AskByClient(Question message, MessageContext context)
    {
        await Gates.Of(message.Target[..8]).PassAsync(context.CancellationToken);
        var reply = await services.GetRequiredService<IActorClient>().Ask(
            new ActorAddress(nameof(AskingActor), message.Target), "ANSWER", "{}"u8.ToArray(), cancellationToken: context.CancellationToken);
        return CodeOf(reply);
    }

    protected override async Task OnStart(CancellationToken cancellationToken)
    {
        if (Id.Split('|') is [_, var target])
        {
            _answer = CodeOf(await Ask(new ActorAddress(nameof(AskingActor), target), "ASK", new Question(Id), cancellationToken: cancellationToken));
        }
        else if (Id.Split('~') is [var pair, var number])
        {
            var other = $"{pair}~{(number == "0" ? 1 : 0)}";
            _answer = CodeOf(await Ask(new ActorAddress(nameof(AskingActor), other), "ANSWER", cancellationToken: cancellationToken));
        }
    }

    private static string CodeOf(ActorReply reply) => reply.IsError ? reply.Error().Code : reply.Read<string>();
}

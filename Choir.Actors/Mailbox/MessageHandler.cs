using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Choir.Observability;

namespace Choir.Actors.Mailbox;

/// <summary>Calls one handler method of an actor class. Created once at start-up, so a message needs no reflection.</summary>
internal abstract class MessageHandler(string messageType, string replyType)
{
    /// <summary>Its message type, interned: senders in this process that use a literal pass the same string instance.</summary>
    public string MessageType { get; } = string.Intern(messageType);

    /// <summary>The key of its metrics. Set once, at start-up.</summary>
    public MessageKind Kind { get; set; } = null!;

    public string ReplyType { get; } = replyType;

    /// <summary>Deserializes the data and calls the method.</summary>
    /// <exception cref="InvalidMessageDataException">The data does not fit the method's record.</exception>
    public abstract ValueTask<ActorReply> Invoke(Actor actor, in MessageContext context);

    /// <returns>The handler, or what is wrong with the method.</returns>
    public static (MessageHandler? Handler, string? Problem) Create(MethodInfo method, HandlesAttribute attribute)
    {
        var where = $"{method.DeclaringType!.Name}.{method.Name}";
        if (!IsUpperSnakeCase(attribute.MessageType) || !IsUpperSnakeCase(attribute.ReplyType))
        {
            return (null, $"{where}: message and reply types are upper snake case of at most 64 characters, such as PROCESS_INPUT.");
        }

        var parameters = Array.ConvertAll(method.GetParameters(), parameter => parameter.ParameterType);
        var returns = method.ReturnType;
        var replies = returns.IsGenericType && returns.GetGenericTypeDefinition() == typeof(Task<>);
        var takesContextLast = parameters is [_, var last] && last == typeof(MessageContext);
        var takesContextAlone = parameters is [var only] && only == typeof(MessageContext);
        if (method.IsStatic || method.IsGenericMethod || (!replies && returns != typeof(Task)) || !(takesContextLast || takesContextAlone))
        {
            return (null, $"{where}: a handler is an instance method that takes (message, MessageContext) or (MessageContext) and returns Task or Task<T>.");
        }

        Type[] arguments =
        [
            method.DeclaringType,
            takesContextLast ? parameters[0] : typeof(NoData),
            replies ? returns.GetGenericArguments()[0] : typeof(NoData),
        ];
        var shape = typeof(MessageHandler<,,>).MakeGenericType(arguments);
        return ((MessageHandler)Activator.CreateInstance(shape, attribute.MessageType, attribute.ReplyType, method)!, null);
    }

    private static bool IsUpperSnakeCase(string? name) =>
        name is { Length: > 0 and <= 64 } && char.IsAsciiLetterUpper(name[0])
        && name.All(character => char.IsAsciiLetterUpper(character) || char.IsAsciiDigit(character) || character == '_');
}

/// <summary>The type argument of a handler that takes no data or returns none.</summary>
internal sealed class NoData;

/// <summary>The data of a message is not valid JSON for the handler's record.</summary>
internal sealed class InvalidMessageDataException(string message, Exception inner) : Exception(message, inner);

internal sealed class MessageHandler<TActor, TMessage, TResult> : MessageHandler
    where TActor : class
{
    private readonly Func<TActor, TMessage, MessageContext, Task>? _withData;
    private readonly Func<TActor, MessageContext, Task>? _withoutData;

    public MessageHandler(string messageType, string replyType, MethodInfo method)
        : base(messageType, replyType)
    {
        if (typeof(TMessage) == typeof(NoData))
        {
            _withoutData = method.CreateDelegate<Func<TActor, MessageContext, Task>>();
        }
        else
        {
            _withData = method.CreateDelegate<Func<TActor, TMessage, MessageContext, Task>>();
        }
    }

    public override ValueTask<ActorReply> Invoke(Actor actor, in MessageContext context)
    {
        // The handlers were read from the actor's own class, so the cast cannot fail and need not be checked.
        var target = Unsafe.As<TActor>(actor);
        var running = _withData is null
            ? _withoutData!(target, context)
            : _withData(target, Read(context.Message), context);
        return running.IsCompletedSuccessfully
            ? new ValueTask<ActorReply>(Reply(running, context.Message))
            : AwaitAsync(running, actor, context.Message);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ActorReply> AwaitAsync(Task running, Actor actor, ActorMessage message)
    {
        actor.Suspended = running;
        try
        {
            await running;
        }
        finally
        {
            actor.Suspended = null;
        }

        return Reply(running, message);
    }

    private ActorReply Reply(Task finished, ActorMessage message)
    {
        if (typeof(TResult) == typeof(NoData))
        {
            return new ActorReply { Type = ReplyType, Data = ActorJson.Empty, MessageId = message.Id };
        }

        var result = ((Task<TResult>)finished).Result;
        return result is ActorReply whole
            ? whole.Answering(message.Id)
            : new ActorReply { Type = ReplyType, Data = ActorJson.Serialize(result), MessageId = message.Id };
    }

    private static TMessage Read(ActorMessage message)
    {
        try
        {
            return ActorJson.Deserialize<TMessage>(message.Data);
        }
        catch (JsonException e)
        {
            throw new InvalidMessageDataException($"{JsonProblem.Describe(e, typeof(TMessage), $"The data of {message.Type}")}.", e);
        }
    }
}

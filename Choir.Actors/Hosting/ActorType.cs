using System.Collections.Frozen;
using System.Reflection;
using Choir.Actors.Mailbox;
using Choir.Actors.Telemetry;
using Orleans.Concurrency;

namespace Choir.Actors.Hosting;

/// <summary>What is known of an actor class since start-up: its name and its handlers.</summary>
internal sealed class ActorType
{
    /// <summary>The type name that the HTTP API needs for itself.</summary>
    public const string ReservedName = "stuck";

    /// <summary>So many handlers are looked through before it pays to look one up.</summary>
    private const int Few = 8;

    private readonly FrozenDictionary<string, MessageHandler> _handlers;
    private readonly (string MessageType, MessageHandler Handler)[] _few;

    private ActorType(string name, FrozenDictionary<string, MessageHandler> handlers, KindNumbers numbers)
    {
        Name = name;
        _handlers = handlers;
        _few = [.. handlers.Take(Few).Select(handler => (handler.Key, handler.Value))];
        UnknownKind = numbers.Make(name, MessageKind.Unknown);
        Telemetry = new TypeTelemetry(name, numbers.Windows);
    }

    /// <summary>What is counted about its actors.</summary>
    public TypeTelemetry Telemetry { get; }

    /// <summary>Stands for all message types that it does not take.</summary>
    public MessageKind UnknownKind { get; }

    /// <summary>The message kinds that it takes, and the one of those that it does not.</summary>
    public IEnumerable<MessageKind> Kinds => _handlers.Values.Select(handler => handler.Kind).Append(UnknownKind);

    /// <summary>The name by which it is addressed.</summary>
    public string Name { get; }

    /// <summary>The message types that it takes, in alphabetical order.</summary>
    public IEnumerable<string> MessageTypes => _handlers.Keys.Order(StringComparer.Ordinal);

    /// <summary>The handler of a message type, or null.</summary>
    public MessageHandler? HandlerOf(string messageType)
    {
        // Senders in this process mostly name a message type by the same constant as the handler.
        foreach (var (known, handler) in _few)
        {
            if (ReferenceEquals(known, messageType))
            {
                return handler;
            }
        }

        return _handlers.GetValueOrDefault(messageType);
    }

    /// <summary>The name of an actor class: its own, unless <see cref="ActorAttribute"/> gives another.</summary>
    public static string NameOf(Type type) =>
        string.Intern(type.GetCustomAttribute<ActorAttribute>(inherit: false)?.Name ?? type.Name);

    /// <summary>Reads an actor class.</summary>
    /// <param name="type">The class.</param>
    /// <param name="numbers">Numbers the message kinds.</param>
    /// <param name="problems">Gets everything that is wrong with it.</param>
    public static ActorType Create(Type type, KindNumbers numbers, ICollection<string> problems)
    {
        var name = NameOf(type);
        if (!ActorAddress.TryCreate(name, "id", out _, out var problem))
        {
            problems.Add($"{type.Name}: {problem}");
        }
        else if (name == ReservedName)
        {
            problems.Add($"{type.Name}: the name \"{ReservedName}\" is reserved; give it another with [Actor(\"…\")].");
        }

        if (type.IsGenericType)
        {
            problems.Add($"{type.Name}: an actor class cannot be generic, its name would not be its own.");
        }

        if (type.GetCustomAttribute<StatelessWorkerAttribute>(inherit: true) is not null)
        {
            problems.Add($"{type.Name}: an actor cannot be a [StatelessWorker]; its mailbox needs a single activation.");
        }

        return new ActorType(name, ReadHandlers(type, name, numbers, problems), numbers);
    }

    /// <summary>The methods of an actor class that are marked as handlers, sound or not.</summary>
    public static IEnumerable<(MethodInfo Method, HandlesAttribute Attribute)> HandlerMethods(Type type)
    {
        const BindingFlags Everything =
            BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;
        foreach (var method in type.GetMethods(Everything))
        {
            if (method.GetCustomAttribute<HandlesAttribute>() is { } attribute)
            {
                yield return (method, attribute);
            }
        }
    }

    private static FrozenDictionary<string, MessageHandler> ReadHandlers(
        Type type, string name, KindNumbers numbers, ICollection<string> problems)
    {
        var handlers = new Dictionary<string, MessageHandler>(StringComparer.Ordinal);
        foreach (var (method, attribute) in HandlerMethods(type))
        {
            var (handler, problem) = MessageHandler.Create(method, attribute);
            if (problem is not null)
            {
                problems.Add(problem);
            }
            else if (!handlers.TryAdd(handler!.MessageType, handler))
            {
                problems.Add($"{type.Name}: {handler.MessageType} has two handlers.");
            }
            else
            {
                handler.Kind = numbers.Make(name, handler.MessageType);
            }
        }

        return handlers.ToFrozenDictionary(StringComparer.Ordinal);
    }
}

/// <summary>Numbers the message kinds of a host, so that threads can count them in arrays.</summary>
/// <param name="windows">The windows of the host's telemetry.</param>
internal sealed class KindNumbers(WindowClock windows)
{
    private int _next;

    /// <summary>The windows of the host's telemetry.</summary>
    public WindowClock Windows { get; } = windows;

    /// <summary>Makes a kind with the next number.</summary>
    public MessageKind Make(string actorType, string messageType) => new(_next++, actorType, messageType);
}

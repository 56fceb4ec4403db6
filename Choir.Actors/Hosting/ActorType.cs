using System.Collections.Frozen;
using System.Reflection;
using Choir.Actors.Mailbox;
using Choir.Actors.Operations;
using Choir.Observability;
using Orleans.Concurrency;

namespace Choir.Actors.Hosting;

/// <summary>The name and handlers of an actor class, read once at start-up.</summary>
internal sealed class ActorType
{
    /// <summary>A name that no actor type may have, because the HTTP API has the route <c>/actors/stuck</c>.</summary>
    public const string ReservedName = "stuck";

    /// <summary>The methods of a class that may be handlers.</summary>
    public const BindingFlags AllMethods =
        BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>Up to this number of handlers a linear search by reference is faster than a dictionary.</summary>
    private const int LinearSearchCount = 8;

    private readonly FrozenDictionary<string, MessageHandler> _handlers;
    private readonly (string MessageType, MessageHandler Handler)[] _first;

    private ActorType(string name, FrozenDictionary<string, MessageHandler> handlers, KindNumbers numbers)
    {
        Name = name;
        _handlers = handlers;
        _first = [.. handlers.Take(LinearSearchCount).Select(handler => (handler.Key, handler.Value))];
        UnknownKind = numbers.Make(name, MessageKind.Unknown);
        Telemetry = new TypeTelemetry(name, numbers.Windows);
    }

    public TypeTelemetry Telemetry { get; }

    /// <summary>The quarantines of its actors; null if there are none. Set by <see cref="Quarantines"/>.</summary>
    public TypeQuarantine? Quarantine { get; set; }

    /// <summary>The metrics key of all message types that have no handler.</summary>
    public MessageKind UnknownKind { get; }

    public IEnumerable<MessageKind> Kinds => _handlers.Values.Select(handler => handler.Kind).Append(UnknownKind);

    /// <summary>The name in addresses.</summary>
    public string Name { get; }

    /// <summary>The message types that have a handler, in alphabetical order.</summary>
    public IEnumerable<string> MessageTypes => _handlers.Keys.Order(StringComparer.Ordinal);

    public MessageHandler? HandlerOf(string messageType)
    {
        // Senders in this process usually pass the same interned string as the handler has.
        foreach (var (known, handler) in _first)
        {
            if (ReferenceEquals(known, messageType))
            {
                return handler;
            }
        }

        return _handlers.GetValueOrDefault(messageType);
    }

    public static string NameOf(Type type) =>
        string.Intern(type.GetCustomAttribute<ActorAttribute>(inherit: false)?.Name ?? type.Name);

    /// <param name="type">The actor class.</param>
    /// <param name="numbers">Numbers the message kinds.</param>
    /// <param name="problems">Receives a sentence for each mistake in the class.</param>
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
            problems.Add($"{type.Name}: an actor class cannot be generic, because its name would not be unique.");
        }

        if (type.GetCustomAttribute<StatelessWorkerAttribute>(inherit: true) is not null)
        {
            problems.Add($"{type.Name}: an actor cannot be a [StatelessWorker]; its mailbox needs a single activation.");
        }

        ObjectiveCheck.Check(type, problems);
        return new ActorType(name, ReadHandlers(type, name, numbers, problems), numbers);
    }

    /// <summary>The methods marked as handlers, whether valid or not.</summary>
    public static IEnumerable<(MethodInfo Method, HandlesAttribute Attribute)> HandlerMethods(Type type)
    {
        foreach (var method in type.GetMethods(AllMethods))
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

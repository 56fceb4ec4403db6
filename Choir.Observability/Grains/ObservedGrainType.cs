using System.Collections.Concurrent;
using Orleans;
using Orleans.Serialization.Invocation;

namespace Choir.Observability;

/// <summary>An ordinary grain type of this host, with the message kinds of its methods.</summary>
/// <param name="name">Its name in telemetry.</param>
/// <param name="types">The types of the host, which limit its kinds.</param>
/// <param name="telemetry">The figures of the type.</param>
internal sealed class ObservedGrainType(string name, GrainTypes types, TypeTelemetry telemetry)
{
    /// <summary>The limit of methods; further ones are counted as one of the name <c>_other_</c>.</summary>
    public const int MaxMethods = 64;

    // Up to this number a linear search by reference is faster than a dictionary.
    private const int LinearSearchCount = 8;

    // A generic method has a request type for each type argument, which a caller chooses.
    private const int MaxRequestTypes = 1_024;

    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<Type, Method> _methods = new();
    private readonly Dictionary<string, MessageKind> _kinds = new(StringComparer.Ordinal);
    private (Type Request, Method Method)[] _first = [];

    public string Name { get; } = name;

    public TypeTelemetry Telemetry { get; } = telemetry;

    /// <summary>The kind of a request; null if its calls are not observed.</summary>
    public MessageKind? KindOf(IInvokable request)
    {
        // The code generator of Orleans makes a class for each method, so nothing has to be read from the request.
        var type = request.GetType();
        foreach (var (known, method) in _first)
        {
            if (ReferenceEquals(known, type))
            {
                return method.Kind;
            }
        }

        return _methods.TryGetValue(type, out var found) ? found.Kind : Add(type, request).Kind;
    }

    private Method Add(Type type, IInvokable request)
    {
        lock (_gate)
        {
            if (_methods.TryGetValue(type, out var known))
            {
                return known;
            }

            var method = new Method(types.IsObserved(request.GetInterfaceType()) ? Kind(request) : null);
            if (_methods.Count < MaxRequestTypes)
            {
                _methods[type] = method;
                if (_first.Length < LinearSearchCount)
                {
                    _first = [.. _first, (type, method)];
                }
            }

            return method;
        }
    }

    private MessageKind Kind(IInvokable request)
    {
        var name = GrainNames.MethodOf(request.GetInterfaceType(), request.GetMethodName());
        if (_kinds.TryGetValue(name, out var known))
        {
            return known;
        }

        var isOwn = _kinds.Count < MaxMethods && types.TryTakeKind();
        name = isOwn ? name : TelemetryNames.Other;
        return _kinds.TryGetValue(name, out var other) ? other : _kinds[name] = types.CreateKind(Name, name);
    }

    private sealed record Method(MessageKind? Kind);
}

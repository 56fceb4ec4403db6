using Orleans.Serialization.Invocation;

namespace Choir.Observability;

/// <summary>An ordinary grain type of this host, with the message kinds of its methods.</summary>
internal sealed class ObservedGrainType
{
    /// <summary>The limit of methods; further ones are counted as one of the name <c>_other_</c>.</summary>
    public const int MaxMethods = 64;

    private readonly GrainTypes _types;
    private readonly RequestCache<MessageKind> _methods;
    private readonly Dictionary<string, MessageKind> _kinds = new(StringComparer.Ordinal);

    /// <param name="name">Its name in telemetry.</param>
    /// <param name="types">The types of the host, which limit its kinds.</param>
    /// <param name="telemetry">The figures of the type.</param>
    public ObservedGrainType(string name, GrainTypes types, TypeTelemetry telemetry)
    {
        (Name, _types, Telemetry) = (name, types, telemetry);
        _methods = new(request => types.IsObserved(request.GetInterfaceType()) ? Kind(request) : null);
    }

    public string Name { get; }

    public TypeTelemetry Telemetry { get; }

    public GrainKeys Keys => _types.Keys;

    /// <summary>The kind of a request; null if its calls are not observed.</summary>
    public MessageKind? KindOf(IInvokable request) => _methods.Of(request);

    private MessageKind Kind(IInvokable request)
    {
        var name = GrainNames.MethodOf(request.GetInterfaceType(), request.GetMethodName());
        if (_kinds.TryGetValue(name, out var known))
        {
            return known;
        }

        var isOwn = _kinds.Count < MaxMethods && _types.TryTakeKind();
        name = isOwn ? name : TelemetryNames.Other;
        return _kinds.TryGetValue(name, out var other) ? other : _kinds[name] = _types.CreateKind(Name, name);
    }
}

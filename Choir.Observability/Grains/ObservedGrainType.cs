using Orleans.Serialization.Invocation;

namespace Choir.Observability;

/// <summary>An ordinary grain type of this host, with the message kinds of its methods.</summary>
internal sealed class ObservedGrainType
{
    /// <summary>The limit of methods; further ones are counted as one of the name <c>_other_</c>.</summary>
    public const int MaxMethods = 64;

    private readonly GrainTypes _types;
    private readonly RequestCache<ObservedMethod> _methods;
    private readonly Dictionary<string, MessageKind> _kinds = new(StringComparer.Ordinal);

    /// <param name="name">Its name in telemetry.</param>
    /// <param name="types">The types of the host, which limit its kinds.</param>
    /// <param name="telemetry">The figures of the type.</param>
    public ObservedGrainType(string name, GrainTypes types, TypeTelemetry telemetry)
    {
        (Name, _types, Telemetry) = (name, types, telemetry);
        _methods = new(Method);
    }

    public string Name { get; }

    public TypeTelemetry Telemetry { get; }

    public GrainKeys Keys => _types.Keys;

    /// <summary>The method of a request; null if its calls are not observed.</summary>
    public ObservedMethod? MethodOf(IInvokable request) => _methods.Of(request);

    private ObservedMethod? Method(IInvokable request)
    {
        var (grainInterface, method) = (request.GetInterfaceType(), request.GetMethodName());
        var handed = HandedCall.Of(grainInterface, method);
        return handed is not null || _types.IsObserved(grainInterface)
            ? new ObservedMethod(Kind(handed?.Name ?? GrainNames.MethodOf(grainInterface, method)), handed?.Source, request.GetDefaultResponseTimeout())
            : null;
    }

    private MessageKind Kind(string name)
    {
        if (_kinds.TryGetValue(name, out var known))
        {
            return known;
        }

        var isOwn = _kinds.Count < MaxMethods && _types.TryTakeKind();
        name = isOwn ? name : TelemetryNames.Other;
        return _kinds.TryGetValue(name, out var other) ? other : _kinds[name] = _types.CreateKind(Name, name);
    }
}

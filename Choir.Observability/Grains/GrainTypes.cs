using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace Choir.Observability;

/// <summary>
/// The ordinary grain types of this host, added when the first grain of a type is created. Their number is bounded, and so is that
/// of their methods: OpenTelemetry allows 2,000 series for an instrument, and a method has two outcomes.
/// </summary>
internal sealed class GrainTypes(ActorTelemetry telemetry, GrainKeys keys, IOptions<ObservabilityOptions> options)
{
    /// <summary>The limit of types; grains of further ones are counted as one type of the name <c>_other_</c>.</summary>
    public const int MaxTypes = 256;

    /// <summary>The limit of methods of all types; further ones are counted as one of each type.</summary>
    public const int MaxKinds = 640;

    private readonly bool _isOrleansObserved = options.Value.ObserveOrleans;
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<GrainType, ObservedGrainType> _types = new();
    private readonly ConcurrentDictionary<GrainType, Type> _declared = new();
    private ObservedGrainType? _other;
    private int _kinds;

    public GrainKeys Keys => keys;

    /// <summary>The type of a grain; null if such grains are not observed here.</summary>
    /// <param name="type">The type in Orleans.</param>
    /// <param name="grain">The grain.</param>
    public ObservedGrainType? Of(GrainType type, object grain) =>
        Find(type) ?? (IsObservedClass(grain.GetType()) ? Add(type, grain.GetType()) : null);

    /// <summary>The type of a grain that has no instance, because its constructor has thrown; null if such grains are not observed here.</summary>
    public ObservedGrainType? OfFailed(GrainType type) => Find(type) ?? (_declared.TryGetValue(type, out var grainClass) ? Add(type, grainClass) : null);

    /// <summary>Notes that grains of a type are observed, before there is one.</summary>
    public void Declare(GrainType type, Type grainClass) => _declared[type] = grainClass;

    /// <summary>A type that has been added; null if it was not.</summary>
    public ObservedGrainType? Find(GrainType type) => _types.GetValueOrDefault(type);

    /// <summary>Whether calls of an interface are observed, apart from those of <see cref="HandedCall"/>.</summary>
    public bool IsObserved(Type grainInterface) =>
        _isOrleansObserved
        || !(grainInterface.IsAssignableTo(typeof(IGrainExtension)) || IsOfOrleans(grainInterface.Assembly));

    /// <summary>
    /// Whether calls of an interface are observed at their callers: not those that Choir makes, whose sender counts them
    /// itself.
    /// </summary>
    public bool IsObservedAtCaller(Type grainInterface) =>
        IsObserved(grainInterface) && grainInterface.Assembly != typeof(GrainTypes).Assembly
        && !grainInterface.IsDefined(typeof(CountedBySenderAttribute), inherit: false);

    /// <summary>Counts one more method.</summary>
    /// <returns>False if there are too many.</returns>
    public bool TryTakeKind() => Interlocked.Increment(ref _kinds) <= MaxKinds;

    /// <summary>Adds a message kind.</summary>
    public MessageKind CreateKind(string type, string method)
    {
        var kind = telemetry.Numbers.MakeCall(type, method);
        telemetry.Register([], [kind]);
        return kind;
    }

    /// <summary>Whether grains of a class are observed.</summary>
    public bool IsObservedClass(Type grain) =>
        !grain.IsAssignableTo(typeof(IObservedActor))
        && (_isOrleansObserved || !(IsOfOrleans(grain.Assembly) || grain.Assembly == typeof(GrainTypes).Assembly));

    private ObservedGrainType Add(GrainType type, Type grainClass)
    {
        lock (_gate)
        {
            if (Find(type) is { } known)
            {
                return known;
            }

            if (_types.Count >= MaxTypes)
            {
                return _other ??= Create(TelemetryNames.Other, isSequential: false);
            }

            // Long names that are equal where they are cut are one type here.
            var name = GrainNames.TypeOf(type);
            return _types[type] = _types.Values.FirstOrDefault(one => one.Name == name) ?? Create(name, IsSequential(grainClass));
        }
    }

    private ObservedGrainType Create(string name, bool isSequential)
    {
        var figures = new TypeTelemetry(name, telemetry.Windows, isGrain: true, isSequential);
        telemetry.Register([figures], []);
        return new ObservedGrainType(name, this, figures);
    }

    // Several calls may run in such grains at a time, or in several activations of one grain.
    private static bool IsSequential(Type grainClass) =>
        !grainClass.IsDefined(typeof(ReentrantAttribute), inherit: true)
        && !grainClass.IsDefined(typeof(MayInterleaveAttribute), inherit: true)
        && !grainClass.IsDefined(typeof(StatelessWorkerAttribute), inherit: true)
        && !grainClass.GetInterfaces().SelectMany(one => one.GetMethods())
            .Any(method => method.IsDefined(typeof(AlwaysInterleaveAttribute), inherit: true) || method.IsDefined(typeof(ReadOnlyAttribute), inherit: true));

    private static bool IsOfOrleans(Assembly assembly) =>
        assembly.GetName().Name is { } name && (name == "Orleans" || name.StartsWith("Orleans.", StringComparison.Ordinal));
}

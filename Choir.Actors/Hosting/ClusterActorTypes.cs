using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Choir.Actors.Messaging;
using Choir.Observability;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Metadata;
using Orleans.Runtime;

namespace Choir.Actors.Hosting;

/// <summary>The actor types in the Orleans manifests of the active hosts, and a cache of the actors that messages were sent to.</summary>
internal sealed class ClusterActorTypes(
    IClusterManifestProvider manifests,
    GrainInterfaceTypeResolver interfaces,
    IGrainFactory grains,
    ProcessClock clock,
    IServiceProvider services)
{
    /// <summary>The membership status of this host; null in a client.</summary>
    private readonly ISiloStatusOracle? _status = services.GetService<ISiloStatusOracle>();
    private readonly GrainInterfaceType _actorInterface = interfaces.GetGrainInterfaceType(typeof(IActorGrain));
    private readonly Known _none = new(null, FrozenDictionary<string, KnownType>.Empty);
    private readonly long _maxAge = clock.Time.TimestampFrequency / 10;
    private long _readAt = long.MinValue;
    private bool _hasJoined;
    private Known _known = new(null, FrozenDictionary<string, KnownType>.Empty);

    /// <summary>Empty while no host is known, and in a host that has not joined the cluster.</summary>
    public IReadOnlyCollection<string> Names => Current.Types.Keys;

    private Known Current
    {
        get
        {
            if (!_hasJoined)
            {
                if (_status is { CurrentStatus: SiloStatus.None or SiloStatus.Created or SiloStatus.Joining })
                {
                    return _none;
                }

                _hasJoined = true;
            }

            var known = _known;
            var current = manifests.Current;
            return ReferenceEquals(known.Manifest, current) ? known : _known = new Known(current, Read(current));
        }
    }

    /// <summary>Looks up an actor, whether it is active or not.</summary>
    /// <param name="target">The address.</param>
    /// <param name="now">The time, as for <see cref="TryGet"/>.</param>
    /// <param name="actor">The actor.</param>
    /// <returns>Whether the cluster has its type.</returns>
    /// <exception cref="InvalidOperationException">No host is known.</exception>
    public bool TryFind(in ActorAddress target, long now, out KnownActor actor) =>
        (now < _readAt + _maxAge && _known.Actors.TryFind(target, out actor)) || TryCreate(target, now, out actor);

    /// <summary>The Orleans grain reference of an actor.</summary>
    /// <remarks>Passes the interface's type id, because Orleans would otherwise find it by reflection for each call.</remarks>
    public IActorGrain GrainOf(in ActorAddress target) =>
        (IActorGrain)grains.GetGrain(GrainId.Create(GrainType.Create(target.Type), IdSpan.Create(target.Id)), _actorInterface);

    /// <summary>Looks up a type.</summary>
    /// <param name="name">The type's name.</param>
    /// <param name="now">
    /// A timestamp of the clock. The manifest is read again when it was last read a tenth of a second ago, or when the type is
    /// not found.
    /// </param>
    /// <param name="type">The type.</param>
    /// <exception cref="InvalidOperationException">No host is known.</exception>
    public bool TryGet(string name, long now, [NotNullWhen(true)] out KnownType? type)
    {
        if (now < _readAt + _maxAge && _known.Types.TryGetValue(name, out type))
        {
            return true;
        }

        var types = Current.Types;
        _readAt = now;
        return types.Count == 0
            ? throw new InvalidOperationException("No actor host has joined the cluster yet.")
            : types.TryGetValue(name, out type);
    }

    /// <summary>The error for a type that the cluster does not have.</summary>
    public ActorError Unknown(string type) => new(
        ErrorCodes.UnknownActorType,
        $"There is no actor type \"{type}\". There are: {string.Join(", ", Names.Order(StringComparer.Ordinal))}.");

    private bool TryCreate(in ActorAddress target, long now, out KnownActor actor)
    {
        actor = default;
        if (!TryGet(target.Type, now, out var type))
        {
            return false;
        }

        var actors = _known.Actors;
        if (!actors.TryFind(target, out actor))
        {
            actor = new KnownActor(type, target.Id, GrainOf(target));
            actors.Add(target, actor);
        }

        return true;
    }

    private FrozenDictionary<string, KnownType> Read(ClusterManifest manifest) =>
        manifest.AllGrainManifests
            .SelectMany(host => host.Grains)
            .Where(grain => grain.Value.Properties.Any(IsActorInterface))
            .GroupBy(grain => grain.Key, grain => ActorManifest.MessageTypesOf(grain.Value.Properties))
            .ToFrozenDictionary(
                type => type.Key.ToString()!,
                type => new KnownType(string.Intern(type.Key.ToString()!), [.. type.SelectMany(types => types).Distinct()]),
                StringComparer.Ordinal);

    private bool IsActorInterface(KeyValuePair<string, string> property) =>
        property.Key.StartsWith(WellKnownGrainTypeProperties.ImplementedInterfacePrefix, StringComparison.Ordinal)
        && property.Value == _actorInterface.ToString();

    private sealed record Known(ClusterManifest? Manifest, FrozenDictionary<string, KnownType> Types)
    {
        public KnownActors Actors { get; } = new();
    }
}

/// <summary>An actor type of the cluster.</summary>
/// <param name="Name">The interned name.</param>
/// <param name="MessageTypes">The message types that have a handler on any host.</param>
internal sealed record KnownType(string Name, IReadOnlyList<string> MessageTypes)
{
    /// <summary>The value of the metric attribute <c>message.type</c>: <c>_unknown_</c> for a type without a handler.</summary>
    public string NameOf(string messageType) => MessageTypes.Contains(messageType) ? messageType : MessageKind.Unknown;
}

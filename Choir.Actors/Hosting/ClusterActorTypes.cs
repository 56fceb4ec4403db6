using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Choir.Actors.Messaging;
using Choir.Actors.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Metadata;
using Orleans.Runtime;

namespace Choir.Actors.Hosting;

/// <summary>The actor types that the cluster's hosts offer, by the engine's own manifest, and the actors of them that were sent to.</summary>
internal sealed class ClusterActorTypes(
    IClusterManifestProvider manifests,
    GrainInterfaceTypeResolver interfaces,
    IGrainFactory grains,
    ProcessClock clock,
    IServiceProvider services)
{
    /// <summary>In a host, its own standing in the cluster; null in a client.</summary>
    private readonly ISiloStatusOracle? _host = services.GetService<ISiloStatusOracle>();
    private readonly GrainInterfaceType _actorInterface = interfaces.GetGrainInterfaceType(typeof(IActorGrain));
    private readonly Known _none = new(null, FrozenDictionary<string, KnownType>.Empty);
    private readonly long _patience = clock.Time.TimestampFrequency / 10;
    private long _readAt = long.MinValue;
    private bool _hasJoined;
    private Known _known = new(null, FrozenDictionary<string, KnownType>.Empty);

    /// <summary>Their names; empty while no host is known, and in a host that has not joined yet.</summary>
    public IReadOnlyCollection<string> Names => Current.Types.Keys;

    private Known Current
    {
        get
        {
            if (!_hasJoined)
            {
                if (_host is { CurrentStatus: SiloStatus.None or SiloStatus.Created or SiloStatus.Joining })
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

    /// <summary>Looks an actor up, whether it is in memory anywhere or not.</summary>
    /// <param name="target">Its address.</param>
    /// <param name="now">The time, as for <see cref="TryGet"/>.</param>
    /// <param name="actor">The actor.</param>
    /// <returns>Whether the cluster has such a type.</returns>
    /// <exception cref="InvalidOperationException">No host is known at all.</exception>
    public bool TryFind(in ActorAddress target, long now, out KnownActor actor) =>
        (now < _readAt + _patience && _known.Actors.TryFind(target, out actor)) || TryFindAnew(target, now, out actor);

    /// <summary>The engine's handle of an actor.</summary>
    /// <remarks>By the interface's name in the engine, which it would otherwise look for anew, by reflection, each time.</remarks>
    public IActorGrain GrainOf(in ActorAddress target) =>
        (IActorGrain)grains.GetGrain(GrainId.Create(GrainType.Create(target.Type), IdSpan.Create(target.Id)), _actorInterface);

    /// <summary>Looks a type up.</summary>
    /// <param name="name">The type's name.</param>
    /// <param name="now">
    /// The time, in ticks of the clock: the engine is asked anew when its last word is a tenth of a second old, and always
    /// when a type seems not to be there.
    /// </param>
    /// <param name="type">The type.</param>
    /// <exception cref="InvalidOperationException">No host is known at all.</exception>
    public bool TryGet(string name, long now, [NotNullWhen(true)] out KnownType? type)
    {
        if (now < _readAt + _patience && _known.Types.TryGetValue(name, out type))
        {
            return true;
        }

        var types = Current.Types;
        _readAt = now;
        return types.Count == 0
            ? throw new InvalidOperationException("No actor host has joined the cluster yet.")
            : types.TryGetValue(name, out type);
    }

    private bool TryFindAnew(in ActorAddress target, long now, out KnownActor actor)
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
            actors.Keep(target, actor);
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
/// <param name="Name">Its name: one and the same string for all messages, and for literals of senders in this process.</param>
/// <param name="MessageTypes">The message types that it takes on any host.</param>
internal sealed record KnownType(string Name, IReadOnlyList<string> MessageTypes)
{
    /// <summary>A message type's name on instruments: its own where the type takes it.</summary>
    public string NameOf(string messageType) => MessageTypes.Contains(messageType) ? messageType : MessageKind.Unknown;
}

using System.Collections.Frozen;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Metadata;
using Orleans.Runtime;

namespace Choir.Actors.Hosting;

/// <summary>The actor types that the cluster's hosts offer, by the engine's own manifest.</summary>
internal sealed class ClusterActorTypes(
    IClusterManifestProvider manifests, GrainInterfaceTypeResolver interfaces, IServiceProvider services)
{
    /// <summary>In a host, its own standing in the cluster; null in a client.</summary>
    private readonly ISiloStatusOracle? _host = services.GetService<ISiloStatusOracle>();
    private readonly string _actorInterface = interfaces.GetGrainInterfaceType(typeof(IActorGrain)).ToString();
    private (ClusterManifest? Manifest, FrozenSet<string> Names) _known = (null, []);

    /// <summary>Their names; empty while no host is known, and in a host that has not joined yet.</summary>
    public FrozenSet<string> Names
    {
        get
        {
            if (_host is { CurrentStatus: SiloStatus.None or SiloStatus.Created or SiloStatus.Joining })
            {
                return [];
            }

            var known = _known;
            var current = manifests.Current;
            if (!ReferenceEquals(known.Manifest, current))
            {
                _known = known = (current, Read(current));
            }

            return known.Names;
        }
    }

    private FrozenSet<string> Read(ClusterManifest manifest) =>
        manifest.AllGrainManifests
            .SelectMany(host => host.Grains)
            .Where(grain => grain.Value.Properties.Any(IsActorInterface))
            .Select(grain => grain.Key.ToString()!)
            .ToFrozenSet(StringComparer.Ordinal);

    private bool IsActorInterface(KeyValuePair<string, string> property) =>
        property.Key.StartsWith(WellKnownGrainTypeProperties.ImplementedInterfacePrefix, StringComparison.Ordinal)
        && property.Value == _actorInterface;
}

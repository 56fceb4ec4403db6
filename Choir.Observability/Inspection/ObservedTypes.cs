using System.Collections.Frozen;
using Choir.Observability;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Metadata;
using Orleans.Runtime;

namespace Choir.Actors.Inspection;

/// <summary>The types of actors and grains that the hosts of the cluster observe: those that their manifests mark.</summary>
/// <param name="manifests">The manifests of the active hosts.</param>
/// <param name="services">Gives the membership status of this host; a client has none.</param>
internal sealed class ObservedTypes(IClusterManifestProvider manifests, IServiceProvider services)
{
    /// <summary>The property of a grain type in the manifest of a host that observes it.</summary>
    public const string Property = "choir.observed";

    private readonly ISiloStatusOracle? _status = services.GetService<ISiloStatusOracle>();
    private Types _known = new(null, []);

    /// <summary>Empty while no host is known, and in a host that has not joined the cluster.</summary>
    public Types Current
    {
        get
        {
            if (_status is { CurrentStatus: SiloStatus.None or SiloStatus.Created or SiloStatus.Joining })
            {
                return new Types(null, []);
            }

            var known = _known;
            var current = manifests.Current;
            return ReferenceEquals(known.Manifest, current) ? known : _known = new Types(current, Read(current));
        }
    }

    private static IEnumerable<string> Read(ClusterManifest manifest) => manifest.AllGrainManifests
        .SelectMany(host => host.Grains)
        .Where(grain => grain.Value.Properties.ContainsKey(Property))
        .Select(grain => GrainNames.TypeOf(grain.Key));

    /// <summary>The types in one manifest of the cluster.</summary>
    internal sealed class Types(ClusterManifest? manifest, IEnumerable<string> names)
    {
        private readonly FrozenSet<string> _names = names.ToFrozenSet(StringComparer.Ordinal);

        public ClusterManifest? Manifest { get; } = manifest;

        public int Count => _names.Count;

        /// <summary>Whether it is one of them, or a generic one of them with type arguments.</summary>
        public bool Contains(string type) =>
            _names.Contains(type) || type == TelemetryNames.Other
            || (type.IndexOf('`', StringComparison.Ordinal) is > 0 and var arity && _names.Any(name => name.StartsWith(type[..(arity + 1)], StringComparison.Ordinal)));

        /// <summary>What a caller is told about a type that is not one of them.</summary>
        public string Unknown(string type) =>
            $"There is no actor type \"{type}\". There are: {string.Join(", ", _names.Order(StringComparer.Ordinal))}.";
    }
}

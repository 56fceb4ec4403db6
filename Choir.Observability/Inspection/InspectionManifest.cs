using Orleans.Metadata;
using Orleans.Runtime;

namespace Choir.Actors.Inspection;

/// <summary>Marks a silo that reports to the inspection in its manifest. Others may be in the cluster, with the same assemblies.</summary>
internal sealed class InspectionManifest : IGrainPropertiesProvider
{
    private const string Property = "choir.inspector";

    private static readonly GrainType Marked = GrainType.Create(ActorInspectionGrain.Type);

    /// <inheritdoc/>
    public void Populate(Type grainClass, GrainType grainType, Dictionary<string, string> properties)
    {
        if (grainClass == typeof(ActorInspectionGrain))
        {
            properties[Property] = "";
        }
    }

    /// <summary>
    /// Whether a silo is known not to report to the inspection. Its manifest is known a little later than the silo itself, or never if it does
    /// not answer.
    /// </summary>
    public static bool LeavesOut(ClusterManifest cluster, SiloAddress silo) =>
        cluster.Silos.TryGetValue(silo, out var manifest)
        && !(manifest.Grains.TryGetValue(Marked, out var grain) && grain.Properties.ContainsKey(Property));
}

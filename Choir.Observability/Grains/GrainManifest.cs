using Choir.Actors.Inspection;
using Orleans.Metadata;
using Orleans.Runtime;

namespace Choir.Observability;

/// <summary>Marks the ordinary grain types that this host observes in its manifest, so that every process of the cluster knows them, and the kinds of keys.</summary>
internal sealed class GrainManifest(GrainTypes types) : IGrainPropertiesProvider
{
    /// <inheritdoc/>
    public void Populate(Type grainClass, GrainType grainType, Dictionary<string, string> properties)
    {
        types.Keys.Declare(grainClass, grainType, properties);
        if (types.IsObservedClass(grainClass))
        {
            properties[ObservedTypes.Property] = "";
            types.Declare(grainType, grainClass);
        }
    }
}

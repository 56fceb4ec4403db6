using Orleans.Metadata;
using Orleans.Runtime;

namespace Choir.Actors.Hosting;

/// <summary>
/// Tells the cluster, in the engine's manifest of a host, which message types its actors take: so that also those who only
/// send know what may be named on an instrument.
/// </summary>
internal sealed class ActorManifest : IGrainPropertiesProvider
{
    private const string MessageTypes = "choir.message-types";

    /// <inheritdoc/>
    public void Populate(Type grainClass, GrainType grainType, Dictionary<string, string> properties)
    {
        if (ActorTypes.IsActor(grainClass))
        {
            properties[MessageTypes] = string.Join(',', ActorType.HandlerMethods(grainClass).Select(method => method.Attribute.MessageType));
        }
    }

    /// <summary>The message types that an actor type takes, by its properties in a manifest.</summary>
    public static string[] MessageTypesOf(IReadOnlyDictionary<string, string> properties) =>
        properties.TryGetValue(MessageTypes, out var types) ? types.Split(',', StringSplitOptions.RemoveEmptyEntries) : [];
}

using Choir.Actors.Inspection;
using Orleans.Metadata;
using Orleans.Runtime;

namespace Choir.Actors.Hosting;

/// <summary>
/// Adds the message types of each actor class to the Orleans manifest of its host, so that a process that only sends knows
/// which message types may become values of metric attributes.
/// </summary>
internal sealed class ActorManifest : IGrainPropertiesProvider
{
    private const string MessageTypes = "choir.message-types";

    public void Populate(Type grainClass, GrainType grainType, Dictionary<string, string> properties)
    {
        if (ActorTypes.IsActor(grainClass))
        {
            properties[ObservedTypes.Property] = "";
            properties[MessageTypes] = string.Join(',', ActorType.HandlerMethods(grainClass).Select(method => method.Attribute.MessageType));
        }
    }

    public static string[] MessageTypesOf(IReadOnlyDictionary<string, string> properties) =>
        properties.TryGetValue(MessageTypes, out var types) ? types.Split(',', StringSplitOptions.RemoveEmptyEntries) : [];
}

using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>One process of a resource: its id and the ports that it listens on.</summary>
internal sealed class ResourceInstance(IResource resource, string id)
{
    public IResource Resource { get; } = resource;

    /// <summary>The name and a random ending, as the real one makes them.</summary>
    public string Id { get; } = id;

    public Dictionary<EndpointAnnotation, int> TargetPorts { get; } = [];
}

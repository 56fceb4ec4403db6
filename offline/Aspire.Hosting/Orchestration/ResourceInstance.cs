using System.Security.Cryptography;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orchestration.Processes;

namespace Aspire.Hosting.Orchestration;

/// <summary>One process of a resource: its id, the ports that it listens on, and the process while it runs.</summary>
internal sealed class ResourceInstance(IResource resource)
{
    public IResource Resource { get; } = resource;

    /// <summary>Random, as the real one makes it; telemetry's <c>service.instance.id</c>.</summary>
    public string Suffix { get; } = RandomNumberGenerator.GetString("abcdefghjkmnpqrstuvwxyz", 8);

    public string Id => $"{Resource.Name}-{Suffix}";

    public Dictionary<EndpointAnnotation, int> TargetPorts { get; } = [];

    /// <summary>The process, while it runs.</summary>
    public ChildProcess? Process { get; set; }
}

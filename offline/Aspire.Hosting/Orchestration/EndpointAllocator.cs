using System.Globalization;
using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>Gives every endpoint its port and, if it is proxied, a proxy.</summary>
internal sealed class EndpointAllocator(bool randomizePorts) : IDisposable
{
    private readonly Ports ports = new();
    private readonly List<TcpProxy> proxies = [];

    /// <exception cref="DistributedApplicationException">A port that the model fixes is taken.</exception>
    public void Allocate(IResource resource, IReadOnlyList<ResourceInstance> instances)
    {
        foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>())
        {
            var proxied = endpoint.IsProxied && resource is not ContainerResource && endpoint.Protocol == ProtocolType.Tcp;
            // As the real one: tests get free ports where a proxy stands in front.
            var wanted = randomizePorts && endpoint.IsProxied ? null : endpoint.Port;
            if (proxied)
                Proxy(resource, endpoint, instances, wanted);
            else
                Direct(resource, endpoint, instances, wanted);
        }
    }

    public void Dispose()
    {
        foreach (var proxy in proxies)
            proxy.Dispose();
    }

    private void Proxy(IResource resource, EndpointAnnotation endpoint, IReadOnlyList<ResourceInstance> instances, int? wanted)
    {
        foreach (var instance in instances)
            instance.TargetPorts[endpoint] = instances.Count == 1 && endpoint.TargetPort is { } fixedPort && fixedPort != wanted
                ? fixedPort
                : ports.Free();
        try
        {
            var proxy = new TcpProxy(endpoint.TargetHost, wanted ?? 0, () =>
                [.. instances.Where(instance => instance.Process is not null).Select(instance => instance.TargetPorts[endpoint])]);
            proxies.Add(proxy);
            Place(endpoint, proxy.Port, instances.Count == 1 ? instances[0].TargetPorts[endpoint] : null);
        }
        catch (SocketException e)
        {
            throw new DistributedApplicationException($"The endpoint '{endpoint.Name}' of resource '{resource.Name}' cannot listen "
                + $"on port {wanted}: {e.Message}. Is it in use by another program (an earlier run?)", e);
        }
    }

    private void Direct(IResource resource, EndpointAnnotation endpoint, IReadOnlyList<ResourceInstance> instances, int? wanted)
    {
        var inContainer = resource is ContainerResource;
        var port = wanted ?? (inContainer ? null : endpoint.TargetPort) ?? ports.Free();
        if (instances.Count > 1)
            throw new DistributedApplicationException($"Resource '{resource.Name}' has {instances.Count} replicas, which cannot "
                + $"share the endpoint '{endpoint.Name}' without a proxy.");
        var target = inContainer
            ? endpoint.TargetPort ?? throw new DistributedApplicationException(
                $"The endpoint '{endpoint.Name}' for container resource '{resource.Name}' must specify the TargetPort value")
            : port;
        foreach (var instance in instances)
            instance.TargetPorts[endpoint] = target;
        Place(endpoint, port, target);
    }

    private static void Place(EndpointAnnotation endpoint, int port, int? target) =>
        endpoint.AllocatedEndpoint = new(endpoint, "localhost", port, target?.ToString(CultureInfo.InvariantCulture));
}

using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Choir.ServiceDefaults;

/// <summary>The address of this process itself, not of a proxy in front of several replicas.</summary>
public static class OwnAddress
{
    private static readonly string[] Wildcards = ["0.0.0.0", "[::]", "*", "+"];

    /// <summary>The address and the names of this process.</summary>
    /// <param name="services">The service's container.</param>
    /// <returns>The address as <c>http://host:port</c>, the resource's name, the machine's name and the instance's; null while the server is not started.</returns>
    public static (string Address, string Service, string Host, string Instance)? Of(IServiceProvider services)
    {
        ArgumentNullException.ThrowIfNull(services);
        var bound = services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        var identity = services.GetRequiredService<ServiceIdentity>();
        return Choose(bound, OfMachine) is { } address ? (address, identity.Service, identity.Host, identity.Instance) : null;
    }

    /// <summary>The machine's address in its network.</summary>
    /// <returns>An IPv4 address other than loopback; null if there is none.</returns>
    public static IPAddress? OfMachine() =>
        NetworkInterface.GetAllNetworkInterfaces()
            .Where(network => network.OperationalStatus == OperationalStatus.Up
                && network.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .OrderByDescending(network => network.GetIPProperties().GatewayAddresses.Count > 0)
            .SelectMany(network => network.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address)
            .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork);

    internal static string? Choose(IEnumerable<string> bound, Func<IPAddress?> ofMachine)
    {
        var first = bound.Order(StringComparer.Ordinal).FirstOrDefault();
        if (first is null || first.IndexOf("://", StringComparison.Ordinal) is var schemeEnd && schemeEnd < 0)
        {
            return null;
        }

        var (scheme, rest) = (first[..schemeEnd], first[(schemeEnd + 3)..].TrimEnd('/'));
        var portAt = rest.LastIndexOf(':');
        var (host, port) = portAt > rest.LastIndexOf(']') ? (rest[..portAt], rest[portAt..]) : (rest, "");
        if (Wildcards.Contains(host))
        {
            host = (ofMachine() ?? IPAddress.Loopback).ToString();
        }

        return $"{scheme}://{host}{port}";
    }
}

using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Choir.ServiceDefaults;

/// <summary>Where this very process can be reached: not through a proxy, behind which there may be several.</summary>
public static class OwnAddress
{
    private static readonly string[] Wildcards = ["0.0.0.0", "[::]", "*", "+"];

    /// <summary>Where the process serves HTTP, and what it is called.</summary>
    /// <param name="services">The service's container.</param>
    /// <returns>The address as <c>http://host:port</c>, the resource's name and the machine's; null while nothing is served.</returns>
    public static (string Address, string Service, string Host)? Of(IServiceProvider services)
    {
        ArgumentNullException.ThrowIfNull(services);
        var bound = services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        var identity = services.GetRequiredService<ServiceIdentity>();
        return Choose(bound, OfMachine) is { } address ? (address, identity.Service, identity.Host) : null;
    }

    /// <summary>The machine's own address in its network.</summary>
    /// <returns>An IPv4 address that is not the loopback; null if it has none.</returns>
    public static IPAddress? OfMachine() =>
        NetworkInterface.GetAllNetworkInterfaces()
            .Where(network => network.OperationalStatus == OperationalStatus.Up
                && network.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .OrderByDescending(network => network.GetIPProperties().GatewayAddresses.Count > 0)
            .SelectMany(network => network.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address)
            .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork);

    /// <summary>Of the addresses that a server is bound to, the one to give to others.</summary>
    /// <param name="bound">The addresses.</param>
    /// <param name="ofMachine">Stands in for the one that means all.</param>
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

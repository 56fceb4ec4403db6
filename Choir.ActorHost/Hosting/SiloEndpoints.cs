using System.Net;
using System.Net.Sockets;
using Choir.ServiceDefaults;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Choir.ActorHost.Hosting;

/// <summary>Sets the silo's address and ports, so that several hosts can run on one machine.</summary>
internal static class SiloEndpoints
{
    /// <summary>
    /// Free ports are selected below the range for outgoing connections (from 32768 on Linux, 49152 elsewhere), so that no such
    /// connection takes a port between its selection and its use.
    /// </summary>
    private const int FirstPort = 12_000;

    private const int LastPort = 32_000;

    /// <summary>Uses the configured endpoints (<c>Silo</c>, or <c>Orleans:Endpoints</c>), or selects free ports.</summary>
    public static ISiloBuilder UseSiloEndpoints(this ISiloBuilder silo)
    {
        var configured = silo.Configuration.GetSection("Orleans:Endpoints");
        silo.Services.AddOptions<SiloEndpointOptions>()
            .Configure(options =>
            {
                options.Port = configured.GetValue<int>(nameof(EndpointOptions.SiloPort));
                options.GatewayPort = configured.GetValue<int>(nameof(EndpointOptions.GatewayPort));
            })
            .BindSettings(SiloEndpointOptions.Section);
        silo.Services.AddOptions<EndpointOptions>().Configure<IOptions<SiloEndpointOptions>, IHostEnvironment>(
            (endpoints, options, environment) => Configure(endpoints, options.Value, environment));
        return silo;
    }

    private static void Configure(EndpointOptions endpoints, SiloEndpointOptions options, IHostEnvironment environment)
    {
        endpoints.AdvertisedIPAddress = options.Address is { } address ? IPAddress.Parse(address)
            : environment.IsDevelopment() ? IPAddress.Loopback
            : OwnAddress.OfMachine()
                ?? throw new InvalidOperationException("This machine has no IPv4 address. Set Silo:Address.");
        endpoints.SiloPort = options.Port != 0 ? options.Port : FreePort(options.GatewayPort);
        endpoints.GatewayPort = options.GatewayPort != 0 ? options.GatewayPort : FreePort(endpoints.SiloPort);

        // Listens on loopback only if that is advertised; otherwise on all addresses, because the advertised one may be
        // translated (NAT).
        var listen = IPAddress.IsLoopback(endpoints.AdvertisedIPAddress) ? endpoints.AdvertisedIPAddress : IPAddress.Any;
        endpoints.SiloListeningEndpoint = new IPEndPoint(listen, Or(options.ListeningPort, endpoints.SiloPort));
        endpoints.GatewayListeningEndpoint = new IPEndPoint(listen, Or(options.ListeningGatewayPort, endpoints.GatewayPort));
    }

    private static int Or(int listening, int advertised) => listening != 0 ? listening : advertised;

    private static int FreePort(int taken)
    {
        for (var attempt = 0; attempt < 200; attempt++)
        {
            var port = Random.Shared.Next(FirstPort, LastPort);
            if (port != taken && IsFree(port))
            {
                return port;
            }
        }

        throw new InvalidOperationException(
            $"No free port was found between {FirstPort} and {LastPort}. Set Silo:Port and Silo:GatewayPort.");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Any, port) { ExclusiveAddressUse = true };
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

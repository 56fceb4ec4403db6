using System.Net;
using System.Net.Sockets;
using Choir.ServiceDefaults;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Choir.ActorHost.Hosting;

/// <summary>Gives the silo its address and ports, so that any number of hosts fit on one machine.</summary>
internal static class SiloEndpoints
{
    /// <summary>
    /// Free ports are sought below those that systems give to outgoing connections (32768 on Linux, 49152 elsewhere), so
    /// that none of these can take a port between the choice and its use.
    /// </summary>
    private const int FirstPort = 12_000;

    private const int LastPort = 32_000;

    /// <summary>Uses the configured endpoints (<c>Silo</c>, or Orleans' own <c>Orleans:Endpoints</c>), or finds some.</summary>
    public static ISiloBuilder UseSiloEndpoints(this ISiloBuilder silo)
    {
        var given = silo.Configuration.GetSection("Orleans:Endpoints");
        silo.Services.AddOptions<SiloEndpointOptions>()
            .Configure(options =>
            {
                options.Port = given.GetValue<int>(nameof(EndpointOptions.SiloPort));
                options.GatewayPort = given.GetValue<int>(nameof(EndpointOptions.GatewayPort));
            })
            .BindConfiguration(SiloEndpointOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        silo.Services.AddOptions<EndpointOptions>().Configure<IOptions<SiloEndpointOptions>, IHostEnvironment>(
            (endpoints, options, environment) => Configure(endpoints, options.Value, environment));
        return silo;
    }

    private static void Configure(EndpointOptions endpoints, SiloEndpointOptions options, IHostEnvironment environment)
    {
        endpoints.AdvertisedIPAddress = options.Address is { } address ? IPAddress.Parse(address)
            : environment.IsDevelopment() ? IPAddress.Loopback
            : OwnAddress.OfMachine()
                ?? throw new InvalidOperationException("This host has no IPv4 address of its own. Set Silo:Address.");
        endpoints.SiloPort = options.Port != 0 ? options.Port : FreePort(options.GatewayPort);
        endpoints.GatewayPort = options.GatewayPort != 0 ? options.GatewayPort : FreePort(endpoints.SiloPort);

        // On loopback nobody else is to reach it; elsewhere the advertised address may be a translated one.
        var listen = IPAddress.IsLoopback(endpoints.AdvertisedIPAddress) ? endpoints.AdvertisedIPAddress : IPAddress.Any;
        endpoints.SiloListeningEndpoint = new IPEndPoint(listen, endpoints.SiloPort);
        endpoints.GatewayListeningEndpoint = new IPEndPoint(listen, endpoints.GatewayPort);
    }

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

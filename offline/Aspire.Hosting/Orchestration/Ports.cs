using System.Net;
using System.Net.Sockets;

namespace Aspire.Hosting.Orchestration;

/// <summary>Free ports, each handed out once.</summary>
internal sealed class Ports
{
    // Below the range that Linux takes the ports of outgoing connections from: nobody takes one between choice and use.
    private const int First = 20_000, Last = 32_000, Tries = 200;
    private readonly HashSet<int> handedOut = [];

    public int Free()
    {
        for (var i = 0; i < Tries; i++)
        {
            var port = Random.Shared.Next(First, Last);
            if (IsFree(port) && handedOut.Add(port))
                return port;
        }
        throw new DistributedApplicationException($"No free TCP port was found between {First} and {Last}.");
    }

    private static bool IsFree(int port)
    {
        foreach (var address in (IPAddress[])[IPAddress.Loopback, IPAddress.Any, IPAddress.IPv6Loopback])
        {
            try
            {
                using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(address, port));
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressFamilyNotSupported or SocketError.AddressNotAvailable)
            {
                // No IPv6 here.
            }
            catch (SocketException)
            {
                return false;
            }
        }
        return true;
    }
}

using System.Net;
using System.Net.Sockets;

namespace Choir.Tests.Support;

internal static class Loopback
{
    /// <summary>A TCP port that nobody uses now.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

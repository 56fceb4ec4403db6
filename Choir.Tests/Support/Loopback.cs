using System.Net;
using System.Net.Sockets;

namespace Choir.Tests.Support;

internal static class Loopback
{
    // Below the range from which operating systems give ports to those who ask for any, so that no other test takes the port before it is
    // used.
    private const int First = 16_384;
    private const int Count = 16_000;

    private static int _next = Random.Shared.Next(Count);

    /// <summary>A TCP port that nobody uses now, and that no other test gets.</summary>
    public static int FreePort()
    {
        for (var attempt = 0; attempt < Count; attempt++)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref _next) % Count);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Another process uses it.
            }
        }

        throw new InvalidOperationException($"All ports from {First} to {First + Count - 1} are in use.");
    }
}

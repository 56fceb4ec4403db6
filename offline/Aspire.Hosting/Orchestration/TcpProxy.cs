using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace Aspire.Hosting.Orchestration;

/// <summary>
/// Listens on an endpoint's port and hands each TCP connection to one of the resource's processes, in turn. One that refuses
/// is skipped. A connection stays where it is: a pooled <see cref="HttpClient"/> talks to one replica.
/// </summary>
internal sealed class TcpProxy : IDisposable
{
    private const int Backlog = 512;
    private const int BufferSize = 64 * 1024;

    // Over it new connections wait in the backlog until old ones end.
    private const int ConnectionLimit = 10_000;

    private readonly List<Socket> listeners = [];
    private readonly SemaphoreSlim places = new(ConnectionLimit);
    private readonly CancellationTokenSource stopping = new();
    private readonly Func<IReadOnlyList<int>> targets;
    private uint turn;

    /// <summary>Listens on loopback, or on all addresses; port 0 takes any free one.</summary>
    /// <param name="host">As the endpoint says: <c>localhost</c>, or <c>0.0.0.0</c> or <c>*</c> for all addresses.</param>
    /// <param name="port">The port, 0 for a free one.</param>
    /// <param name="targets">The ports of the processes that are up now.</param>
    /// <exception cref="SocketException">The port is taken.</exception>
    public TcpProxy(string host, int port, Func<IReadOnlyList<int>> targets)
    {
        this.targets = targets;
        var all = host is "*" or "+" or "0.0.0.0" or "::" or "[::]";
        Port = Listen(all ? IPAddress.Any : IPAddress.Loopback, port);
        try
        {
            Listen(all ? IPAddress.IPv6Any : IPAddress.IPv6Loopback, Port);
        }
        catch (SocketException)
        {
            // No IPv6 here, or its port is somebody else's: clients fall back to IPv4.
        }
        foreach (var listener in listeners)
            _ = Accept(listener);
    }

    public int Port { get; }

    public void Dispose()
    {
        stopping.Cancel();
        foreach (var listener in listeners)
            listener.Dispose();
    }

    private int Listen(IPAddress address, int port)
    {
        var listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (address.AddressFamily == AddressFamily.InterNetworkV6)
                listener.DualMode = false;
            listener.Bind(new IPEndPoint(address, port));
            listener.Listen(Backlog);
        }
        catch (SocketException)
        {
            listener.Dispose();
            throw;
        }
        listeners.Add(listener);
        return ((IPEndPoint)listener.LocalEndPoint!).Port;
    }

    private async Task Accept(Socket listener)
    {
        try
        {
            while (true)
            {
                await places.WaitAsync(stopping.Token);
                _ = Serve(await listener.AcceptAsync(stopping.Token));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // Disposed.
        }
    }

    private async Task Serve(Socket client)
    {
        try
        {
            using (client)
            using (var server = await Connect())
            {
                if (server is null)
                    return;
                client.NoDelay = server.NoDelay = true;
                await Task.WhenAll(Copy(client, server), Copy(server, client));
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One side is gone, so the other is closed too: that is all a proxy can tell it.
        }
        finally
        {
            places.Release();
        }
    }

    private async Task<Socket?> Connect()
    {
        var ports = targets();
        var first = Interlocked.Increment(ref turn);
        for (var i = 0; i < ports.Count; i++)
        {
            var port = ports[(int)((first + (uint)i) % (uint)ports.Count)];
            foreach (var address in (IPAddress[])[IPAddress.Loopback, IPAddress.IPv6Loopback])
            {
                var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                try
                {
                    await socket.ConnectAsync(address, port, stopping.Token);
                    return socket;
                }
                catch (SocketException)
                {
                    socket.Dispose();
                }
            }
        }
        return null;
    }

    private async Task Copy(Socket from, Socket to)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            while (await from.ReceiveAsync(buffer, SocketFlags.None, stopping.Token) is var count and > 0)
                for (var sent = 0; sent < count;)
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), SocketFlags.None, stopping.Token);
            to.Shutdown(SocketShutdown.Send);
        }
        catch
        {
            // The other direction waits for data that will not come.
            from.Dispose();
            to.Dispose();
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}

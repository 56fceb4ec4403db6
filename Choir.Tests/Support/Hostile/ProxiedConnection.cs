using System.Net.Sockets;

namespace Choir.Tests.Support.Hostile;

/// <summary>One connection through a proxy.</summary>
/// <param name="client">The accepted end.</param>
/// <param name="mayPassAsync">Decides about each chunk; the last argument says whether it comes from the server.</param>
internal sealed class ProxiedConnection(
    Socket client, Func<ProxiedConnection, ReadOnlyMemory<byte>, bool, Task<bool>> mayPassAsync) : IDisposable
{
    private readonly Socket _server = new(SocketType.Stream, ProtocolType.Tcp);
    private volatile bool _isServerForgotten;

    /// <summary>Whether the connection is reset instead of passing the next answer on.</summary>
    public bool LosesAnswer { get; set; }

    /// <summary>Connects to the server and passes on what comes, until one end closes.</summary>
    public async Task RunAsync(string host, int port, CancellationToken cancellationToken)
    {
        try
        {
            client.NoDelay = _server.NoDelay = true;
            await _server.ConnectAsync(host, port, cancellationToken);
            await Task.WhenAny(PassAsync(client, _server, false, cancellationToken), AnswerAsync(cancellationToken)).Unwrap();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // One end was reset, or the proxy stops.
        }
        finally
        {
            Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        client.Dispose();
        _server.Dispose();
    }

    /// <summary>Resets both ends (RST).</summary>
    public void Reset()
    {
        Abort(client);
        Abort(_server);
    }

    /// <summary>Resets the server's end only; the client's end stays open and silent.</summary>
    public void ForgetServer()
    {
        _isServerForgotten = true;
        Abort(_server);
    }

    private async Task AnswerAsync(CancellationToken cancellationToken)
    {
        try
        {
            await PassAsync(_server, client, true, cancellationToken);
        }
        catch (Exception e) when (_isServerForgotten && e is SocketException or ObjectDisposedException)
        {
            // Only the client's own end of the connection ends it now.
        }

        if (_isServerForgotten)
        {
            await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
        }
    }

    private async Task PassAsync(Socket from, Socket to, bool isAnswer, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        while (await from.ReceiveAsync(buffer, cancellationToken) is > 0 and var length)
        {
            var chunk = buffer.AsMemory(0, length);
            if (!await mayPassAsync(this, chunk, isAnswer))
            {
                return;
            }

            if (!_isServerForgotten)
            {
                await SendAsync(to, chunk, cancellationToken);
            }
        }
    }

    private static async Task SendAsync(Socket to, ReadOnlyMemory<byte> chunk, CancellationToken cancellationToken)
    {
        while (chunk.Length > 0)
        {
            chunk = chunk[await to.SendAsync(chunk, SocketFlags.None, cancellationToken)..];
        }
    }

    private static void Abort(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It has closed already.
        }

        socket.Dispose();
    }
}

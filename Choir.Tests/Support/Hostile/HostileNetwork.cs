using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Choir.Tests.Support.Hostile;

/// <summary>A TCP proxy before a real server that delays, holds back, cuts or loses what passes.</summary>
internal class HostileNetwork : IAsyncDisposable
{
    private readonly string _host;
    private readonly int _port;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<ProxiedConnection, Task> _connections = new();
    private readonly Task _accepting;
    private readonly TcpListener _listener;
    private volatile TaskCompletionSource _open = Opened();
    private volatile bool _refuses;
    private int _accepted;

    /// <summary>Starts a proxy.</summary>
    /// <param name="host">The real server's host.</param>
    /// <param name="port">The real server's port.</param>
    public HostileNetwork(string host, int port)
    {
        (_host, _port) = (host, port);
        _listener = new TcpListener(IPAddress.Loopback, 0);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = Task.Run(AcceptAsync);
    }

    /// <summary>The port of this proxy, on loopback.</summary>
    public int Port { get; }

    /// <summary>How long every chunk is held back, in each direction.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>How many connections were accepted.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>How many connections are open.</summary>
    public int Open => _connections.Count;

    /// <summary>The answer to the next request that contains this text is lost: the server executes it, then the connection is reset.</summary>
    public string? LoseAnswerTo { get; set; }

    /// <summary>How many answers were lost.</summary>
    public int LostAnswers { get; private set; }

    /// <summary>Nothing passes in either direction, and nothing is closed. New connections are accepted and get no answer.</summary>
    public void Freeze() => _open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends <see cref="Freeze"/>: what was held back passes now.</summary>
    public void Continue() => _open.TrySetResult();

    /// <summary>Resets all connections (RST).</summary>
    public void Reset()
    {
        foreach (var connection in _connections.Keys)
        {
            connection.Reset();
        }
    }

    /// <summary>Closes the server's end of all connections; the client is not told, as after a loss of power or in a lost NAT entry.</summary>
    public void HalfOpen()
    {
        foreach (var connection in _connections.Keys)
        {
            connection.ForgetServer();
        }
    }

    /// <summary>Resets all connections, and every new one at once, until <see cref="Return"/>.</summary>
    public void Leave()
    {
        _refuses = true;
        Reset();
    }

    /// <summary>Ends <see cref="Leave"/>.</summary>
    public void Return() => _refuses = false;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Continue();
        await _stop.CancelAsync();
        _listener.Dispose();
        Reset();
        await _accepting;
        await Task.WhenAll(_connections.Values);
        _stop.Dispose();
    }

    /// <summary>Passes a chunk on as the script says.</summary>
    /// <returns>False if it is not passed on and the connection has ended.</returns>
    private async Task<bool> MayPassAsync(ProxiedConnection connection, ReadOnlyMemory<byte> chunk, bool isAnswer)
    {
        if (!isAnswer && LoseAnswerTo is { } text && chunk.Span.IndexOf(Encoding.UTF8.GetBytes(text)) >= 0)
        {
            LoseAnswerTo = null;
            connection.LosesAnswer = true;
        }

        if (Delay > TimeSpan.Zero)
        {
#pragma warning disable RS0030 // A slow network, not a test that waits.
            await Task.Delay(Delay, TimeProvider.System, _stop.Token);
#pragma warning restore RS0030
        }

        await _open.Task.WaitAsync(_stop.Token);
        if (!isAnswer || !connection.LosesAnswer)
        {
            return true;
        }

        LostAnswers++;
        connection.Reset();
        return false;
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptSocketAsync(_stop.Token);
                Interlocked.Increment(ref _accepted);
                var connection = new ProxiedConnection(client, MayPassAsync);
                if (_refuses)
                {
                    connection.Reset();
                    continue;
                }

                _connections[connection] = Task.Run(() => ServeAsync(connection));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The proxy stops, or the client has left again.
            }
        }
    }

    private async Task ServeAsync(ProxiedConnection connection)
    {
        try
        {
            await connection.RunAsync(_host, _port, _stop.Token);
        }
        finally
        {
            _connections.TryRemove(connection, out _);
        }
    }

    private static TaskCompletionSource Opened()
    {
        var open = new TaskCompletionSource();
        open.SetResult();
        return open;
    }
}

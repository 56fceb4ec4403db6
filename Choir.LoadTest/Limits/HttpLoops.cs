using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Choir.LoadTest.Overhead.Measuring;

namespace Choir.LoadTest.Limits;

/// <summary>
/// Sends one request again and again on several connections. It reads only as much of HTTP/1.1 as it needs, because an ordinary
/// client would take more of the machine than the server that is measured.
/// </summary>
internal static class HttpLoops
{
    private static readonly byte[] EndOfHeaders = "\r\n\r\n"u8.ToArray();

    /// <summary>Answers per second.</summary>
    /// <param name="address">The server's address.</param>
    /// <param name="request">The request of the loop with a number.</param>
    /// <param name="clients">The number of connections.</param>
    /// <param name="time">How long to send.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="MeasurementException">An answer is not 200, or a connection was lost.</exception>
    public static async Task<double> RunAsync(
        Uri address, Func<int, byte[]> request, int clients, TimeSpan time, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(
            () => LoopAsync(address, request(client), started, time, cancellationToken), cancellationToken)));
        return counts.Sum() / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task<long> LoopAsync(
        Uri address, byte[] request, long started, TimeSpan time, CancellationToken cancellationToken)
    {
        try
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(address.Host, address.Port, cancellationToken);
            var buffer = new byte[64 * 1024];
            var count = 0L;
            while (Stopwatch.GetElapsedTime(started) < time)
            {
                await socket.SendAsync(request, cancellationToken);
                await ReadAsync(socket, buffer, cancellationToken);
                count++;
            }

            return count;
        }
        catch (SocketException e)
        {
            throw new MeasurementException($"{address} cannot be measured: {e.Message}");
        }
    }

    private static async Task ReadAsync(Socket socket, byte[] buffer, CancellationToken cancellationToken)
    {
        var filled = 0;
        while (true)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(filled), cancellationToken);
            filled += read;
            if (read == 0)
            {
                throw new MeasurementException("The server closed the connection.");
            }

            var headers = buffer.AsSpan(0, filled).IndexOf(EndOfHeaders);
            if (headers >= 0 && filled >= headers + EndOfHeaders.Length + BodyLength(buffer.AsSpan(0, headers), buffer.AsSpan(0, filled)))
            {
                return;
            }
        }
    }

    private static int BodyLength(ReadOnlySpan<byte> headers, ReadOnlySpan<byte> all)
    {
        var text = Encoding.ASCII.GetString(headers);
        if (!text.StartsWith("HTTP/1.1 200", StringComparison.Ordinal))
        {
            throw new MeasurementException($"The server answered: {Encoding.UTF8.GetString(all)}");
        }

        const string Name = "Content-Length:";
        var at = text.IndexOf(Name, StringComparison.OrdinalIgnoreCase);
        if (at >= 0)
        {
            var line = text.AsSpan(at + Name.Length);
            var end = line.IndexOf('\r');
            return int.Parse(end < 0 ? line : line[..end], System.Globalization.CultureInfo.InvariantCulture);
        }

        // In chunks: complete when the last, empty chunk is there.
        return all.EndsWith("0\r\n\r\n"u8) ? 0 : int.MaxValue / 2;
    }
}

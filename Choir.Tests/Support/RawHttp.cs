using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Choir.Tests.Support;

/// <summary>Sends the bytes of a request as they are: <see cref="HttpClient"/> corrects what a hostile client does not.</summary>
internal static class RawHttp
{
    private const int MaxLookedAt = 65_536;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <summary>Sends a request and reads the response to its end.</summary>
    /// <param name="address">The server.</param>
    /// <param name="method">The method.</param>
    /// <param name="target">The target as it is written in the request line.</param>
    /// <param name="headers">Lines such as <c>Accept: text/html</c>.</param>
    /// <param name="body">The body; null for none.</param>
    public static Task<RawAnswer> SendAsync(Uri address, string method, string target, string[] headers, string? body = null)
    {
        var content = body is null ? [] : Encoding.UTF8.GetBytes(body);
        string[] length = body is null ? [] : [$"Content-Length: {content.Length}"];
        var head = Head(method, target, [$"Host: {address.Authority}", "Connection: close", .. headers, .. length]);
        return SendAsync(address, [head, content]);
    }

    /// <summary>The request line and the headers.</summary>
    public static byte[] Head(string method, string target, IEnumerable<string> headers) =>
        Encoding.Latin1.GetBytes($"{method} {target} HTTP/1.1\r\n{string.Concat(headers.Select(header => header + "\r\n"))}\r\n");

    /// <summary>Sends the parts one after the other, and reads the response.</summary>
    /// <param name="address">The server.</param>
    /// <param name="parts">The bytes.</param>
    /// <param name="closesAfterSending">Whether the client sends nothing more, and says so.</param>
    /// <param name="isEnough">Whether to stop reading before the end, given what was read.</param>
    public static async Task<RawAnswer> SendAsync(
        Uri address, IEnumerable<byte[]> parts, bool closesAfterSending = false, Func<string, bool>? isEnough = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Timeout);
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(address.Host, address.Port, limit.Token);
        var stream = client.GetStream();

        // The server may answer, and close the connection, before it has everything.
        using var answered = CancellationTokenSource.CreateLinkedTokenSource(limit.Token);
        var writing = WriteAsync(client, parts, closesAfterSending, answered.Token);
        var received = await ReadAsync(stream, isEnough, limit.Token);
        await answered.CancelAsync();
        await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return RawAnswer.Parse(received);
    }

    private static async Task WriteAsync(TcpClient client, IEnumerable<byte[]> parts, bool closesAfterSending, CancellationToken token)
    {
        foreach (var part in parts)
        {
            await client.GetStream().WriteAsync(part, token);
        }

        if (closesAfterSending)
        {
            client.Client.Shutdown(SocketShutdown.Send);
        }
    }

    private static async Task<string> ReadAsync(NetworkStream stream, Func<string, bool>? isEnough, CancellationToken token)
    {
        using var received = new MemoryStream();
        var buffer = new byte[16_384];
        try
        {
            while (await stream.ReadAsync(buffer, token) is > 0 and var count)
            {
                received.Write(buffer, 0, count);
                if (received.Length < MaxLookedAt && isEnough?.Invoke(Text(received)) == true)
                {
                    break;
                }
            }
        }
        catch (IOException)
        {
            // The server closed the connection; what it sent before is the answer.
        }

        return Text(received);
    }

    private static string Text(MemoryStream received) => Encoding.UTF8.GetString(received.GetBuffer(), 0, (int)received.Length);
}

/// <summary>A response. The status is 0 if the server closed the connection without one.</summary>
internal sealed record RawAnswer(int Status, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public static RawAnswer Parse(string text)
    {
        if (text.StartsWith("HTTP/1.1 100 ", StringComparison.Ordinal))
        {
            text = text[(text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        }

        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0 || !text.StartsWith("HTTP/1.1 ", StringComparison.Ordinal))
        {
            return new RawAnswer(0, new Dictionary<string, string>(), text);
        }

        var lines = text[..end].Split("\r\n");
        var headers = lines.Skip(1).Select(line => line.Split(':', 2))
            .GroupBy(line => line[0], line => line[1].Trim(), StringComparer.OrdinalIgnoreCase)
            .ToDictionary(header => header.Key, header => string.Join(", ", header), StringComparer.OrdinalIgnoreCase);
        var body = text[(end + 4)..];
        var isChunked = headers.GetValueOrDefault("Transfer-Encoding") == "chunked";
        return new RawAnswer(int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture), headers, isChunked ? Unchunk(body) : body);
    }

    // Good enough for text whose chunks are not split inside a character.
    private static string Unchunk(string body)
    {
        var text = new StringBuilder();
        for (var bytes = Encoding.UTF8.GetBytes(body).AsSpan(); bytes.IndexOf("\r\n"u8) is >= 0 and var line;)
        {
            if (!int.TryParse(bytes[..line], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var size) || size == 0)
            {
                break;
            }

            var chunk = bytes[(line + 2)..];
            text.Append(Encoding.UTF8.GetString(chunk[..Math.Min(size, chunk.Length)]));
            bytes = chunk[Math.Min(size + 2, chunk.Length)..];
        }

        return text.ToString();
    }
}

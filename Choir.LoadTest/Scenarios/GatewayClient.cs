using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Choir.LoadTest.Scenarios;

/// <summary>Sends requests to Choir's gateway, and to other servers, and reads the answers to their ends.</summary>
internal sealed class GatewayClient : IDisposable
{
    /// <summary>The most bytes of an answer that are kept to be looked at; the rest is read and dropped.</summary>
    private const int KeptBytes = 256 * 1024;

    /// <summary>The most bytes of an answer that are read at all.</summary>
    private const long MaxBytes = 256L << 20;

    private readonly HttpClient _http;
    private readonly string? _key;

    /// <param name="address">The gateway's address.</param>
    /// <param name="key">Its key; null if no scenario needs it.</param>
    /// <param name="users">The most requests at a time.</param>
    public GatewayClient(Uri address, string? key, int users)
    {
        (Address, _key) = (address, key);
        _http = new HttpClient(new SocketsHttpHandler
        {
            // A user may have a stream and a request at a time.
            MaxConnectionsPerServer = users * 2,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5),
            ConnectTimeout = TimeSpan.FromSeconds(15),
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public Uri Address { get; }

    /// <summary>Sends a request; the answer is a failure unless its status is a success.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">The path and the query on the gateway.</param>
    /// <param name="json">The body; null for none.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="OperationFailedException">Another status was answered.</exception>
    public async Task<Answer> SendAsync(HttpMethod method, string path, byte[]? json, CancellationToken cancellationToken)
    {
        using var request = Request(method, new Uri(Address, path));
        if (json is not null)
        {
            request.Content = new ByteArrayContent(json);
            request.Content.Headers.ContentType = JsonType;
        }

        var answer = await SendAsync(request, cancellationToken);
        return answer.IsSuccess ? answer : throw Failures.Of(answer);
    }

    /// <summary>A request with the gateway's key, if it goes to the gateway.</summary>
    public HttpRequestMessage Request(HttpMethod method, Uri address)
    {
        var request = new HttpRequestMessage(method, address);
        if (_key is not null && IsGateway(address))
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _key);
        }

        return request;
    }

    /// <summary>Sends a request and reads the answer, whatever its status is.</summary>
    public async Task<Answer> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        return new Answer(response.StatusCode, await ReadAsync(response, cancellationToken));
    }

    /// <summary>Opens a stream of events.</summary>
    /// <exception cref="OperationFailedException">It was refused.</exception>
    public async Task<HttpResponseMessage> OpenStreamAsync(string path, CancellationToken cancellationToken)
    {
        using var request = Request(HttpMethod.Get, new Uri(Address, path));
        var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw Failures.Of(new Answer(response.StatusCode, await ReadAsync(response, cancellationToken)));
        }
    }

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    public void Dispose() => _http.Dispose();

    private static readonly MediaTypeHeaderValue JsonType = new("application/json");

    // The key must not be sent to anyone else.
    private bool IsGateway(Uri address) =>
        Uri.Compare(address, Address, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0;

    private static async Task<byte[]> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            using var kept = new MemoryStream();
            var total = 0L;
            int read;
            while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
            {
                total += read;
                if (total > MaxBytes)
                {
                    throw new OperationFailedException("answer_too_large", $"The answer has more than {MaxBytes} bytes.");
                }

                kept.Write(buffer, 0, (int)Math.Min(read, Math.Max(0, KeptBytes - kept.Length)));
            }

            return kept.ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}

/// <summary>An answer.</summary>
/// <param name="Status">Its status.</param>
/// <param name="Body">Its body, or the begin of a long one.</param>
internal sealed record Answer(HttpStatusCode Status, byte[] Body)
{
    public bool IsSuccess => (int)Status is >= 200 and <= 299;

    /// <summary>A text at the top level of a JSON object; null if there is none.</summary>
    public string? Text(string name) => JsonText.Find(Body, name);

    /// <summary>A text that must be there.</summary>
    /// <exception cref="OperationFailedException">It is not there.</exception>
    public string Required(string name) =>
        Text(name) ?? throw new OperationFailedException("unexpected_answer", $"The answer has no \"{name}\".");
}

using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Nethereum.JsonRpc.Client;

/// <summary>JSON-RPC 2.0 over HTTP.</summary>
public class RpcClient : IClient
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly HttpClient _http;

    /// <param name="baseUrl">The node; a user and password in it become basic authentication.</param>
    /// <param name="httpClient">This client's own: its address and authorization are set here.</param>
    public RpcClient(Uri baseUrl, HttpClient httpClient)
    {
        ArgumentNullException.ThrowIfNull(baseUrl);
        ArgumentNullException.ThrowIfNull(httpClient);
        _http = httpClient;
        _http.BaseAddress = baseUrl;
        if (baseUrl.UserInfo.Length > 0)
        {
            var userInfo = Encoding.UTF8.GetBytes(Uri.UnescapeDataString(baseUrl.UserInfo));
            _http.DefaultRequestHeaders.Authorization =
                new AuthenticationHeaderValue("Basic", Convert.ToBase64String(userInfo));
        }
    }

    /// <summary>How long a call may take, in every client; the HTTP client's own limit applies too.</summary>
    public static TimeSpan ConnectionTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <inheritdoc/>
    public async Task<T> SendRequestAsync<T>(string method, string? route = null, params object[] paramList)
    {
        // One request an HTTP exchange: the identifier need not tell requests apart.
        var answer = await SendAsync(new Request("2.0", 1, method, paramList), route).ConfigureAwait(false);
        if (answer.Error is { } error)
        {
            throw new RpcResponseException(new RpcError(error.Code, $"{error.Message}: {method}", error.Data));
        }

        // JSON null, such as the receipt of an unknown transaction, is null here as it is in the package.
        return answer.Result.ValueKind == JsonValueKind.Undefined ? default! : answer.Result.Deserialize<T>(Json)!;
    }

    private async Task<Answer> SendAsync(Request request, string? route)
    {
        try
        {
            using var limit = new CancellationTokenSource(ConnectionTimeout);
            using var response = await _http.PostAsJsonAsync(route, request, Json, limit.Token).ConfigureAwait(false);
            response.EnsureSuccessStatusCode();
            return await response.Content.ReadFromJsonAsync<Answer>(Json, limit.Token).ConfigureAwait(false)
                ?? throw new JsonException("The node answered with null.");
        }
        catch (OperationCanceledException exception)
        {
            var limit = ConnectionTimeout < _http.Timeout ? ConnectionTimeout : _http.Timeout;
            throw new RpcClientTimeoutException($"Rpc timeout after {limit.TotalMilliseconds} milliseconds", exception);
        }
        catch (Exception exception)
        {
            throw new RpcClientUnknownException(
                "Error occurred when trying to send rpc requests(s): " + request.Method, exception);
        }
    }

    private sealed record Request(string Jsonrpc, int Id, string Method, object[] Params);

    private sealed record Answer(JsonElement Result, AnswerError? Error);

    private sealed record AnswerError(int Code, string Message, JsonElement? Data);
}

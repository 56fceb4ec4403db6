using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

namespace Choir.AppHost.Commands;

/// <summary>A block as the node reports it.</summary>
internal sealed record EthereumBlock(ulong Number, string Hash, DateTimeOffset At);

/// <summary>The few JSON-RPC calls that commands need. Whatever goes wrong is a <see cref="CommandException"/>.</summary>
internal sealed class EthereumClient : IDisposable
{
    private const int MaxAnswerBytes = 4 * 1024 * 1024;

    private readonly HttpClient _http;

    public EthereumClient(Uri address, HttpMessageHandler? handler = null) => _http = new HttpClient(handler ?? new SocketsHttpHandler())
    {
        BaseAddress = address,
        MaxResponseContentBufferSize = MaxAnswerBytes,
    };

    public async Task<ulong> ChainIdAsync(CancellationToken cancellation) =>
        Quantity(await CallAsync("eth_chainId", [], cancellation));

    /// <summary>A block by its number in hexadecimal, or <c>latest</c>.</summary>
    public async Task<EthereumBlock> BlockAsync(string block, CancellationToken cancellation)
    {
        var found = await CallAsync("eth_getBlockByNumber", [block, false], cancellation);
        if (found.ValueKind != JsonValueKind.Object)
        {
            throw new CommandException($"The node has no block {block}.");
        }

        var seconds = Quantity(Field(found, "timestamp"));
        if (seconds > (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds())
        {
            throw Unexpected();
        }

        return new EthereumBlock(
            Quantity(Field(found, "number")), Text(Field(found, "hash")), DateTimeOffset.FromUnixTimeSeconds((long)seconds));
    }

    /// <summary>Whether there is a contract at an address.</summary>
    public async Task<bool> HasCodeAsync(string address, CancellationToken cancellation) =>
        Text(await CallAsync("eth_getCode", [address, "latest"], cancellation)).Length > "0x".Length;

    public void Dispose() => _http.Dispose();

    private async Task<JsonElement> CallAsync(string method, object[] parameters, CancellationToken cancellation)
    {
        try
        {
            using var answer = await _http.PostAsJsonAsync(
                "/", new { jsonrpc = "2.0", id = 1, method, @params = parameters }, cancellation);
            answer.EnsureSuccessStatusCode();
            var body = JsonElement.Parse(await answer.Content.ReadAsByteArrayAsync(cancellation));
            return body.ValueKind == JsonValueKind.Object && body.TryGetProperty("result", out var result)
                ? result
                : throw new CommandException($"The node does not answer {method}: {Markdown.OneLine(body.GetRawText(), 200)}");
        }
        catch (HttpRequestException e)
        {
            throw new CommandException($"The node does not answer at {_http.BaseAddress}: {e.Message}");
        }
        catch (JsonException)
        {
            throw Unexpected();
        }
    }

    private static JsonElement Field(JsonElement block, string name) =>
        block.TryGetProperty(name, out var value) ? value : throw Unexpected();

    private static string Text(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Unexpected();

    // A number is written as 0x and hexadecimal digits.
    private static ulong Quantity(JsonElement value) =>
        Text(value) is ['0', 'x', .. var digits]
        && ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Unexpected();

    private static CommandException Unexpected() => new("The node's answer is not what an Ethereum node says.");
}

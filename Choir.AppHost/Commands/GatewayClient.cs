using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Choir.Contracts;
using Choir.Contracts.Threads;

namespace Choir.AppHost.Commands;

/// <summary>What one command asks of the gateway's HTTP API. Whatever goes wrong is a <see cref="CommandException"/>.</summary>
internal sealed class GatewayClient : IDisposable
{
    private const int MaxAnswerBytes = 16 * 1024 * 1024;

    private readonly HttpClient _http;

    /// <summary>A client of the gateway at <paramref name="address"/>.</summary>
    /// <param name="address">The gateway's address.</param>
    /// <param name="apiKey">Its bearer token.</param>
    /// <param name="handler">What sends the requests; the network by default.</param>
    public GatewayClient(Uri address, string apiKey, HttpMessageHandler? handler = null)
    {
        // Not the app host's own trace context: its spans go nowhere, and are as a rule not sampled.
        _http = new HttpClient(handler ?? new SocketsHttpHandler { ActivityHeadersPropagator = null })
        {
            BaseAddress = address,
            MaxResponseContentBufferSize = MaxAnswerBytes,
            // Each command has a limit of its own.
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", apiKey);
        _http.DefaultRequestHeaders.Add("traceparent", NewTrace());
    }

    public Task<CreatedThread> CreateThreadAsync(CancellationToken cancellation) =>
        ReadAsync<CreatedThread>(HttpMethod.Post, "/threads", body: null, cancellation);

    /// <summary>Posts an input and waits for its cycle as long as the gateway allows.</summary>
    public async Task<SubmittedInput> SubmitAsync(string threadId, string content, CancellationToken cancellation)
    {
        using var answer = await SendAsync(
            HttpMethod.Post, $"/threads/{Escaped(threadId)}/inputs?wait=30", new { content }, cancellation);
        if (answer.StatusCode != HttpStatusCode.OK)
        {
            return new SubmittedInput(await ReadAsync<InputAccepted>(answer, cancellation), Cycle: null);
        }

        var cycle = await ReadAsync<CycleView>(answer, cancellation);
        return new SubmittedInput(
            new InputAccepted(cycle.ThreadId, cycle.CycleId, cycle.CorrelationId, cycle.TraceId, cycle.Status), cycle);
    }

    public Task<CycleView> CycleAsync(string threadId, string cycleId, CancellationToken cancellation) =>
        GetAsync<CycleView>($"/threads/{Escaped(threadId)}/cycles/{Escaped(cycleId)}", cancellation);

    public Task<StuckActors> StuckAsync(CancellationToken cancellation) => GetAsync<StuckActors>("/actors/stuck", cancellation);

    public Task<MessageFlow> FlowAsync(CancellationToken cancellation) => GetAsync<MessageFlow>("/flow", cancellation);

    public Task<DeadLetterPage> DeadLettersAsync(CancellationToken cancellation) =>
        GetAsync<DeadLetterPage>("/dead-letters", cancellation);

    public void Dispose() => _http.Dispose();

    /// <summary>Everything that one client asks is one trace, which is kept: somebody wants to see what happens.</summary>
    private static string NewTrace() => $"00-{ActivityTraceId.CreateRandom()}-{ActivitySpanId.CreateRandom()}-01";

    private static string Escaped(string id) => Uri.EscapeDataString(id);

    private Task<T> GetAsync<T>(string path, CancellationToken cancellation) =>
        ReadAsync<T>(HttpMethod.Get, path, body: null, cancellation);

    private async Task<T> ReadAsync<T>(HttpMethod method, string path, object? body, CancellationToken cancellation)
    {
        using var answer = await SendAsync(method, path, body, cancellation);
        return await ReadAsync<T>(answer, cancellation);
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, object? body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        HttpResponseMessage answer;
        try
        {
            answer = await _http.SendAsync(request, cancellation);
        }
        catch (HttpRequestException e)
        {
            throw new CommandException($"The gateway does not answer at {_http.BaseAddress}: {e.Message}. See whether it runs, and its logs.");
        }

        if (answer.IsSuccessStatusCode)
        {
            return answer;
        }

        using (answer)
        {
            throw new CommandException(await ProblemAsync(answer, cancellation));
        }
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage answer, CancellationToken cancellation)
    {
        try
        {
            return await answer.Content.ReadFromJsonAsync<T>(ContractJson.Options, cancellation)
                ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new CommandException($"The gateway's answer is not what was expected: {e.Message}");
        }
    }

    /// <summary>A problem's title and detail (RFC 9457), or what can be said without them.</summary>
    private static async Task<string> ProblemAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        var status = $"{(int)answer.StatusCode} {answer.ReasonPhrase}";
        try
        {
            var problem = JsonElement.Parse(await answer.Content.ReadAsByteArrayAsync(cancellation));
            var texts = new[] { Field(problem, "title"), Field(problem, "detail") }.Where(text => text.Length > 0).ToArray();
            return texts.Length == 0 ? $"The gateway answered {status}." : $"{string.Join(": ", texts)} ({(int)answer.StatusCode})";
        }
        catch (JsonException)
        {
            return $"The gateway answered {status}.";
        }
    }

    private static string Field(JsonElement problem, string name) =>
        problem.ValueKind == JsonValueKind.Object && problem.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()!.Trim()
            : "";
}

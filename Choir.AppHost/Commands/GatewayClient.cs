using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Choir.Contracts;
using Choir.Contracts.Threads;
using Choir.ServiceDefaults.Http;

namespace Choir.AppHost.Commands;

/// <summary>A client of the gateway's HTTP API for one command. Errors are thrown as <see cref="CommandException"/>.</summary>
internal sealed class GatewayClient : IDisposable
{
    private const int MaxAnswerBytes = 16 * 1024 * 1024;

    private readonly HttpClient _http;

    public GatewayClient(Uri address, string apiKey, HttpMessageHandler? handler = null)
    {
        // Without the app host's trace context, whose spans are not exported.
        _http = new HttpClient(handler ?? new SocketsHttpHandler { ActivityHeadersPropagator = null })
        {
            BaseAddress = address,
            MaxResponseContentBufferSize = MaxAnswerBytes,
            // Each command has its own timeout.
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", apiKey);
        _http.DefaultRequestHeaders.Add("traceparent", NewTrace());
    }

    public Task<CreatedThread> CreateThreadAsync(CancellationToken cancellation) =>
        ReadAsync<CreatedThread>(HttpMethod.Post, "/threads", body: null, cancellation);

    /// <summary>Posts an input and waits for its cycle for the gateway's maximum of 30 s.</summary>
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

    /// <summary>Makes a link that signs in to the live pages once.</summary>
    public async Task<Uri> SignInLinkAsync(CancellationToken cancellation) =>
        new(_http.BaseAddress!, (await ReadAsync<SignInLink>(HttpMethod.Post, "/observatory/sign-in-links", body: null, cancellation)).Path);

    public void Dispose() => _http.Dispose();

    /// <summary>All requests of one client belong to one sampled trace, which the command's report links to.</summary>
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
            throw new CommandException($"The gateway does not answer at {_http.BaseAddress}: {FailureReason.Of(e).TrimEnd('.')}. Check its state and its logs.");
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
            throw new CommandException($"The gateway's response is not valid: {e.Message}");
        }
    }

    /// <summary>The title and detail of a problem (RFC 9457), or the status without them.</summary>
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

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Choir.Tests.Faults;

/// <summary>An input that the gateway has accepted.</summary>
/// <param name="ThreadId">Its thread.</param>
/// <param name="CycleId">Its cycle.</param>
/// <param name="AcceptedAt">When, as a <see cref="Stopwatch"/> timestamp.</param>
internal sealed record AcceptedInput(string ThreadId, Guid CycleId, long AcceptedAt);

/// <summary>
/// Clients that post inputs steadily. Each input has an idempotency key, and is repeated until it is accepted.
/// </summary>
internal sealed class InputLoad(HttpClient gateway)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);

    private readonly ConcurrentQueue<AcceptedInput> _accepted = new();
    private readonly ConcurrentDictionary<string, int> _refusals = new();
    private readonly ConcurrentQueue<string> _violations = new();

    public IReadOnlyCollection<AcceptedInput> Accepted => _accepted;

    /// <summary>How often a request had no good answer, by status or error.</summary>
    public IReadOnlyDictionary<string, int> Refusals => _refusals;

    /// <summary>Answers that are wrong whatever has died.</summary>
    public IReadOnlyCollection<string> Violations => _violations;

    /// <summary>Posts until cancelled. An input that is not accepted by then is given up.</summary>
    /// <param name="clients">How many clients, each with its own thread.</param>
    /// <param name="stop">Cancelled at the end.</param>
    public Task RunAsync(int clients, CancellationToken stop) =>
        Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(() => PostOnAsync(client, stop), CancellationToken.None)));

    private async Task PostOnAsync(int client, CancellationToken stop)
    {
        string? thread = null;
        for (var number = 0; !stop.IsCancellationRequested; number++)
        {
            thread ??= await UntilAcceptedAsync("/threads", null, null, stop) is { } created
                ? created.GetProperty("threadId").GetString() : null;
            var content = new { content = $"Lamp {client} of the harbour has been lit {number} times, and burns whale oil." };
            var key = Guid.NewGuid().ToString();
            var path = $"/threads/{thread}/inputs";
            if (thread is null || await UntilAcceptedAsync(path, content, key, stop) is not { } accepted)
            {
                continue;
            }

            var input = new AcceptedInput(thread, accepted.GetProperty("cycleId").GetGuid(), Stopwatch.GetTimestamp());
            _accepted.Enqueue(input);

            // Every tenth is posted once more, as a client does that has not received the answer.
            if (number % 10 == 0 && await UntilAcceptedAsync(path, content, key, stop) is { } again
                && again.GetProperty("cycleId").GetGuid() != input.CycleId)
            {
                _violations.Enqueue($"The key {key} was answered with two cycles: {input.CycleId} and {again}.");
            }

            await PauseAsync(stop);
        }
    }

    private async Task<JsonElement?> UntilAcceptedAsync(string path, object? content, string? key, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content is null ? null : JsonContent.Create(content) };
                if (key is not null)
                {
                    request.Headers.Add("Idempotency-Key", key);
                }

                using var response = await gateway.SendAsync(request, CancellationToken.None);
                var body = await response.Content.ReadAsStringAsync(CancellationToken.None);
                if (response.IsSuccessStatusCode)
                {
                    return JsonElement.Parse(body);
                }

                Refused(response.StatusCode, body);
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                _refusals.AddOrUpdate(e.GetType().Name, 1, (_, count) => count + 1);
            }

            await PauseAsync(stop);
        }

        return null;
    }

    /// <summary>A service or the database may be away for a while; every other refusal is a fault of Choir.</summary>
    private void Refused(HttpStatusCode status, string body)
    {
        _refusals.AddOrUpdate($"{(int)status}", 1, (_, count) => count + 1);
        if (status is not (HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout or HttpStatusCode.TooManyRequests))
        {
            _violations.Enqueue($"{(int)status}: {body}");
        }
    }

    private static async Task PauseAsync(CancellationToken stop)
    {
        try
        {
#pragma warning disable RS0030 // The rate of the load, not a wait for a condition.
            await Task.Delay(Pause, TimeProvider.System, stop);
#pragma warning restore RS0030
        }
        catch (OperationCanceledException)
        {
            // The load ends.
        }
    }
}

using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text.Json;
using Choir.Actors;
using Choir.Contracts.Threads;
using Choir.Storage;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Inspection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Choir.Tests.Integration.Gateway.Fuzz;

/// <summary>
/// Sends random requests, valid ones among them, to the HTTP API with a real database and a real cluster. The environment
/// variables <c>CHOIR_FUZZ_REQUESTS</c> and <c>CHOIR_FUZZ_SEED</c> set how many and which.
/// </summary>
public sealed class FuzzTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>
{
    private const int Workers = 8;

    private static readonly int Requests = Setting("CHOIR_FUZZ_REQUESTS", 1_000);
    private static readonly int Seed = Setting("CHOIR_FUZZ_SEED", 1);

    // The answers of 5xx that are meant: a full queue, an actor in quarantine, too many streams, a channel without settings.
    private static readonly string[] MeantProblems = ["mailbox_full", "overloaded", "quarantined", "too_many_streams", "channel_not_configured"];

    // What the server answers itself, without a body, before the gateway has a request.
    private static readonly int[] OfTheServer = [400, 408, 411, 413, 414, 417, 431, 501, 505];

    private readonly ThreadStore _store = new(database.DataSource);

    [Fact]
    public async Task No_request_causes_an_internal_error_a_hang_or_growth()
    {
        await using var cluster = await InspectedCluster.StartAsync(silos: 1);
        await using var gateway = await GatewayUnderTest.StartAsync(
            database.ConnectionString, "environment=Development", "Gateway:MaxEventStreams=4", "Gateway:FloodRequests=0");
        using var measured = new Measurements(gateway.Services.GetRequiredService<IMeterFactory>());
        gateway.Inspection.Cluster = cluster.Inspection;
        gateway.Inspection.Operations = cluster.Operations;
        gateway.Actors.Answer = (target, type, data, token) => target.Type == ThreadMessages.ActorType
            ? ActAsync(target, type, data, token)
            : cluster.Actors.Client.Ask(target, type, data, new SendOptions { Timeout = TimeSpan.FromSeconds(20) }, token);

        // A process that registers all the time, as the gateway itself does: without one GET /metrics/targets is 503.
        await database.ScalarAsync(
            "INSERT INTO metrics_targets (address, process, service, host, instance, seen_at, since)"
            + " VALUES ('http://localhost:1', gen_random_uuid(), 'gateway', 'host', 'gateway', 'infinity', now())");
        var threadId = (await gateway.PostAsync("/threads", content: null)).Text("threadId");
        var operations = ApiOperation.ReadAll((await gateway.GetAsync("/openapi/v1.json")).Json);
        var fuzzer = new RequestFuzzer(operations, gateway.Address, threadId);
        var statuses = new int[600];

        await SendAsync(gateway, fuzzer, statuses, from: 0, to: Requests / 2);
        var (series, memory) = (measured.Series(), GC.GetTotalMemory(forceFullCollection: true));
        await SendAsync(gateway, fuzzer, statuses, from: Requests / 2, to: Requests);

        Assert.InRange(measured.Series(), 1, series * 1.3);
        if (Requests >= 10_000)
        {
            // Not in a short run: other tests run in the same process.
            Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - memory, long.MinValue, 150 << 20);
        }

        Assert.Equal(200, (await gateway.GetAsync("/alive")).Status);
        var succeeded = statuses.Take(400).Sum();
        Assert.True(succeeded > Requests / 5, $"Only {succeeded} of {Requests} requests succeeded.");
        Assert.DoesNotContain(gateway.Logs.Records, record => record.Level >= LogLevel.Error);
    }

    private static async Task SendAsync(GatewayUnderTest gateway, RequestFuzzer fuzzer, int[] statuses, int from, int to) =>
        await Parallel.ForAsync(from, to, new ParallelOptions { MaxDegreeOfParallelism = Workers }, async (index, _) =>
        {
            var request = fuzzer.Create((Seed * 1_000_000) + index);
            RawAnswer answer;
            try
            {
                answer = await RawHttp.SendAsync(gateway.Address, request.Parts, request.EndsEarly, IsStream);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"No answer to request {index} of seed {Seed}:\n{request}");
            }

            Interlocked.Increment(ref statuses[answer.Status]);
            var problem = Problem(request, answer);
            var logged = problem is null ? null : string.Join('\n', gateway.Logs.Records.Where(record => record.Level >= LogLevel.Error).TakeLast(3));
            Assert.True(problem is null, $"{problem}\nRequest {index} of seed {Seed}:\n{request}\nAnswer: {answer}\n{logged}");
        });

    private static string? Problem(FuzzedRequest request, RawAnswer answer)
    {
        if (answer.Status == 0)
        {
            return request.IsWellFormed ? "There was no answer." : null;
        }

        if (answer.Status < 400)
        {
            return null;
        }

        if (answer.Body.Contains("   at ", StringComparison.Ordinal) || answer.Body.Contains(GatewayUnderTest.Key, StringComparison.Ordinal))
        {
            return "The answer shows a stack trace or the key.";
        }

        if (request.Method == "HEAD" || (answer.Body.Length == 0 && OfTheServer.Contains(answer.Status)))
        {
            return answer.Status == 500 ? "An internal error." : null;
        }

        if (answer.Headers.GetValueOrDefault("Content-Type") is not "application/problem+json")
        {
            return "The answer is no problem.";
        }

        var json = JsonElement.Parse(answer.Body);
        var code = json.GetProperty("code").GetString();
        return json.GetProperty("status").GetInt32() != answer.Status ? "The status of the problem is not that of the answer."
            : string.IsNullOrEmpty(json.GetProperty("detail").GetString()) ? "The problem has no detail."
            : answer.Status >= 500 && !MeantProblems.Contains(code) ? "An internal error."
            : null;
    }

    // A stream does not end by itself.
    private static bool IsStream(string text) =>
        text.Contains("text/event-stream", StringComparison.Ordinal) && text.Contains(": heartbeat", StringComparison.Ordinal);

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? int.Parse(value, CultureInfo.InvariantCulture) : otherwise;

    // What the thread's actor does, without its cycles.
    private async Task<ActorReply> ActAsync(ActorAddress target, string type, byte[] data, CancellationToken cancellationToken)
    {
        try
        {
            if (type == ThreadMessages.CreateThread)
            {
                await _store.CreateThreadAsync(target.Id, cancellationToken);
                return ActorReply.Of(ActorReply.DefaultType);
            }

            var accepted = await _store.AcceptInputAsync(
                target.Id, ActorJson.Deserialize<SubmitInput>(data), Guid.CreateVersion7(), Guid.CreateVersion7(), null, cancellationToken);
            return accepted is null
                ? ActorReply.Of(ThreadMessages.ThreadNotFound)
                : ActorReply.Of(ActorReply.DefaultType, accepted);
        }
        catch (IdempotencyKeyReusedException e)
        {
            return ActorReply.Failure(ThreadMessages.IdempotencyKeyReused, e.Message);
        }
        catch (Exception e) when (e is ArgumentException or JsonException)
        {
            return ActorReply.Failure(ErrorCodes.InvalidData, e.Message);
        }
    }
}
